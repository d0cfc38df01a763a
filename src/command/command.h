/* The command for WASI hosts: what its parts share. It stands on the public header alone. */
#ifndef RSD_COMMAND_H
#define RSD_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "../../include/residua.h"

#define RSD_PRINTS(format, first) __attribute__((__format__(__printf__, format, first)))

/* ---- diagnostics.c: one sentence on stderr, and the end of the program */
enum { EXIT_INPUT = 1, EXIT_USAGE = 2 };
RSD_PRINTS(1, 2) _Noreturn void fail(const char *format, ...);
RSD_PRINTS(1, 2) _Noreturn void fail_usage(const char *format, ...);
RSD_PRINTS(1, 2) void note(const char *format, ...);
extern rsd_error core_error; /* to be given to the core's functions */
void check(rsd_status status);
/* 64-byte aligned, or the program ends. */
void *need_memory(uint64_t bytes);
double now(void); /* in seconds, for figures only */

/* ---- options.c */
/* Reads the flags of `command` and returns what else stands there, *count words. */
char **read_options(const char *command, char **words, int *count);
void print_options(const char *command);
const char *text_option(const char *name); /* NULL: not given */
const char *need_option(const char *name);
uint32_t count_option(const char *name, uint32_t otherwise);
float number_option(const char *name, float otherwise);
/* The number of the choice among `choices`, which a NULL ends; the first: 0. */
uint32_t choice_option(const char *name, const char *const *choices, uint32_t otherwise);
uint64_t seed_option(void);
/* Whether a flag without a value is given. */
int switch_option(const char *name);
/* The value of an option that was not given. */
void default_option(const char *name, const char *value);
void no_operands(char **words, int count);

/* ---- wasi_paths.c: the functions of a libc that take a path, by its rules. wasi-libc finds the
 * folder that was opened for the program and holds the path; Emscripten's libc, in standalone
 * programs, has none of them. */
enum { LONGEST_PATH = 1024 };
int open_path(const char *path, int flags);
int rename_path(const char *from, const char *to);
int remove_path(const char *path);

/* ---- files.c */
typedef struct blob {
  uint8_t *at;
  size_t length;
} blob;
blob read_file(const char *path);
int file_exists(const char *path);
int is_folder(const char *path);
/* Finds out before hours of work whether a file can be written. */
void check_writable(const char *path);
/* Under its name there is always a whole file, the old one or the new. */
void write_file(const char *path, blob content);

/* ---- metadata.c */
typedef struct metadata {
  const char *key, *value;
} metadata;
/* In memory of its own; NULL if the file does not say. */
char *read_metadata(blob file, const char *key);
/* The file with these too, in memory of its own; a NULL key ends the pairs, one without a value is left
 * out. */
blob add_metadata(blob file, const metadata *pairs);

/* ---- data.c */
typedef struct image_set {
  uint8_t *images;
  uint16_t *labels;
  uint32_t count;
} image_set;
/* The sets that --data names, cut to --images (or `images`, if that is not 0) and --test-images;
 * `train` may be NULL. */
void read_data(uint32_t classes, uint32_t images, image_set *train, image_set *test);

/* ---- digest.c */
enum { DIGEST_TEXT = 65 };
void digest_images(const image_set *set, char text[DIGEST_TEXT]);

/* ---- resume.c: what the bits of a run depend on beside its spec and recipe, as checkpoints say it. */
typedef struct provenance {
  char data[DIGEST_TEXT], test_data[DIGEST_TEXT];
  char test_images[11], numerics[11];
  const char *path; /* as the checkpoint has it */
} provenance;
/* Takes what flags leave open from the checkpoint, and refuses what it does not have. */
void complete_options(blob checkpoint, const char *path);
void describe(const image_set *train, const image_set *test, provenance *now);
/* Ends the program if the images of the checkpoint were others. */
void check_same_data(blob checkpoint, const provenance *now);
blob add_provenance(blob file, const provenance *now);

/* ---- net.c */
extern const char *const CONVOLUTIONS[];
/* A net with room for `batch` images. */
rsd_net *make_net(const rsd_spec *spec, uint32_t batch, uint32_t training, uint64_t *file_bytes);
/* The net in a file; --net overrides its family and depth. */
rsd_net *load_net(blob file, const char *path, uint32_t batch, rsd_spec *spec);
void name_net(const rsd_spec *spec, char name[16]);
/* Sets the family and depth that --net names, if it is given. */
void set_net_name(rsd_spec *spec);
/* Over a whole set, `batch` images at a time. */
rsd_score evaluate(rsd_net *net, const image_set *set, uint32_t batch);

/* ---- the commands */
void train(void);
void evaluate_model(void);
void predict(char **files, int count);

#endif
