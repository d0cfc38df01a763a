/* Nets to and from safetensors files: what the parts of this folder share.
 *
 *   fields.c   the fields of the metadata, written and read by one table
 *   names.c    what other programs call the tensors
 *   write.c    a net to a file
 *   inspect.c  what net, and what run, a file holds
 *   load.c     a file into a net
 *
 * A file is checked whole before anything of a net changes. api.c has checked the arguments. */
#ifndef RSD_CHECKPOINT_H
#define RSD_CHECKPOINT_H

#include "../../core/diagnostics.h"
#include "../../net/net.h"
#include "../safetensors.h"

#define RSD_FORMAT_VERSION "1"
#define RSD_MOMENTUM_PREFIX "optimizer."
#define RSD_AVERAGE_PREFIX "average."
#define RSD_HEAD_PREFIX "linear."

/* ---- fields.c */
/* The fields of one struct in the metadata. Every value is a string. Decimals are the shortest that
 * read back as the same float32; doubles and the trajectory are the sixteen hexadecimal digits of
 * their bits. Fields of a recipe that may be off are there only where they are not 0. */
typedef struct rsd_fields rsd_fields;

extern const rsd_fields rsd_spec_fields;     /* of rsd_spec */
extern const rsd_fields rsd_recipe_fields;   /* of rsd_recipe */
extern const rsd_fields rsd_option_fields; /* of rsd_recipe, those that may be off */
extern const rsd_fields rsd_step_field; /* of rsd_progress; weights without a run have it too */
extern const rsd_fields rsd_progress_fields; /* of rsd_progress, without the step */

void rsd_add_fields(rsd_text *text, const rsd_fields *fields, const void *from);
/* The most bytes that they can take. */
uint64_t rsd_fields_bytes(const rsd_fields *fields);
/* A recipe of a later version may have fields whose meaning this one cannot know: it is refused. */
rsd_status rsd_check_recipe_keys(const rsd_file *file, rsd_error *error);
rsd_status rsd_read_fields(const rsd_file *file, const rsd_fields *fields, void *to,
                           rsd_error *error);
/* A run continues with its own recipe only. Both recipes are sound. */
rsd_status rsd_check_same_recipe(const rsd_recipe *has, const rsd_recipe *wanted, rsd_error *error);

/* ---- names.c */
#define RSD_NAME_BYTES 64 /* as rsd_tensor has it */
/* What this program calls a tensor of a file, zero-terminated. A longer name, which no net has, is
 * cut. */
void rsd_name_of(const rsd_file_tensor *tensor, char name[RSD_NAME_BYTES]);

/* ---- write.c */
uint64_t rsd_checkpoint_bytes(const rsd_net *net); /* upper bound, with optimizer state */
rsd_status rsd_checkpoint_save(const rsd_net *net, int optimizer, void *bytes, size_t capacity,
                               size_t *written, rsd_error *error);

/* ---- inspect.c */
int rsd_file_has(const rsd_file *file, const char *prefix); /* a tensor of such a name */
int rsd_file_has_momentum(const rsd_file *file);
rsd_status rsd_file_read_run(const rsd_file *file, rsd_recipe *recipe, rsd_progress *progress,
                             rsd_error *error);
/* As rsd_file_spec. */
rsd_status rsd_checkpoint_spec(const void *bytes, size_t length, rsd_spec *spec, int *has_metadata,
                               int *has_optimizer, rsd_error *error);
/* As rsd_file_run. */
rsd_status rsd_checkpoint_run(const void *bytes, size_t length, rsd_recipe *recipe,
                              rsd_progress *progress, rsd_error *error);

/* ---- load.c */
/* With `features_only` neither the head nor a run is taken. */
rsd_status rsd_checkpoint_load(rsd_net *net, const void *bytes, size_t length, int features_only,
                               rsd_error *error);

#endif
