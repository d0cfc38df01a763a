/* What the parts of the C command share, which is for WASI hosts and for this machine. Invariant: it uses the core
 * through the public header alone. */
#ifndef RSD_COMMAND_H
#define RSD_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "../../include/residua.h"

#define RSD_PRINTS(format, first) __attribute__((__format__(__printf__, format, first)))

/* ---- diagnostics.c */
enum { EXIT_INPUT = 1, EXIT_USAGE = 2 };
RSD_PRINTS(1, 2) _Noreturn void fail(const char *format, ...);
RSD_PRINTS(1, 2) _Noreturn void fail_usage(const char *format, ...);
RSD_PRINTS(1, 2) void note(const char *format, ...);
extern rsd_error core_error; /* for the core's functions */
void check(rsd_status status);
void check_flags(rsd_status status); /* of a call with what the command line says alone */

/* ---- host.c */
/* Aligned to 64 bytes; ends the program if there is not enough. */
void *allocate(uint64_t bytes);
double seconds_now(void); /* monotonic, for figures only */

/* ---- options.c */
/* Reads the flags of `command`; returns the other words, *count of them. */
char **read_options(const char *command, char **words, int *count);
void print_options(const char *command);
const char *text_option(const char *name); /* NULL if it is not given */
const char *need_option(const char *name);
uint32_t count_option(const char *name, uint32_t otherwise);
float number_option(const char *name, float otherwise);
/* The number of the flag's value among the names of `option`; `otherwise` without the flag. */
uint32_t choice_option(const char *name, rsd_option option, uint32_t otherwise);
/* How convolutions are computed, as --conv says it. */
const char *conv_name(void);
uint64_t seed_option(const char *name, uint64_t otherwise);
/* Whether a flag without a value is given. */
int switch_option(const char *name);
/* The value of an option that was not given. */
void default_option(const char *name, const char *value);
void no_operands(char **words, int count);

/* ---- wasi_paths.c
 * The functions of a libc that take a path, with its semantics. wasi-libc finds the opened folder
 * that holds the path; Emscripten's libc, in standalone programs, has no such functions. */
enum { LONGEST_PATH = 1024 };
int open_path(const char *path, int flags);
int rename_path(const char *from, const char *to);
int remove_path(const char *path);
typedef enum path_kind { PATH_NONE, PATH_FILE, PATH_FOLDER, PATH_LINK, PATH_OTHER } path_kind;
typedef struct path_facts {
  path_kind kind; /* of a link itself */
  uint64_t size, device, number; /* the last two are the same for one file alone */
} path_facts;
path_facts look_at_path(const char *path);
/* Tells of each name in a folder, of none if that cannot be read. */
void list_folder(const char *folder, void (*hear)(const char *name, void *with), void *with);

/* ---- files.c */
typedef struct blob {
  uint8_t *at;
  size_t length;
} blob;
blob read_file(const char *path);
int file_exists(const char *path);
int is_folder(const char *path);
/* Finds out before hours of work whether a file can be written, and may be: what is there already may
 * not be replaced, unless it is the file `own` (which may be NULL) or by --force. */
void prepare_output(const char *path, const char *own);
/* Writes the prepared file: under its name there is always a whole one, the old or the new. */
void write_file(const char *path, blob content);

/* ---- metadata.c */
typedef struct metadata {
  const char *key, *value;
} metadata;
/* A copy of the value, or NULL if the file has no such key. */
char *read_metadata(blob file, const char *key);
/* A copy of the file with these keys added. A NULL key ends the pairs; a pair without a value is
 * skipped. */
blob add_metadata(blob file, const metadata *pairs);

/* ---- data.c */
typedef struct image_set {
  uint8_t *images;
  uint16_t *labels;
  uint32_t count;
} image_set;
/* The sets that --data names, cut to --images (or `images`, unless that is 0) and --test-images.
 * `train` may be NULL. */
void read_data(uint32_t classes, uint32_t images, image_set *train, image_set *test);

/* ---- canonical.c */
/* Puts a complete part of CIFAR-10 into the order that a run's bits are the same in, whatever order
 * its files have. Every other set keeps its order. */
void canonicalise(image_set *set);

/* ---- digest.c */
enum { DIGEST_TEXT = 65 };
void digest_images(const image_set *set, char text[DIGEST_TEXT]);

/* ---- resume.c
 * What a run's bits depend on beside its spec and recipe, as checkpoints store it. */
typedef struct provenance {
  char data[DIGEST_TEXT], test_data[DIGEST_TEXT];
  char test_images[11], numerics[11];
  const char *path; /* as the checkpoint stores it */
} provenance;
/* Takes from the checkpoint what no flag gives, and refuses flags that contradict it. */
void complete_options(blob checkpoint, const char *file);
void describe(const image_set *train, const image_set *test, provenance *now);
/* Ends the program if the images are not those of the checkpoint. */
void check_same_data(blob checkpoint, const provenance *now);
/* Weights alone say what they were trained on, and no more. */
blob add_origin(blob file);
blob add_provenance(blob file, const provenance *now);

/* ---- threads.c */
uint32_t thread_count(void); /* as --threads says it */
/* Lets the program's net compute on so many threads. */
void use_threads(rsd_net *net);

/* ---- net.c */
/* Ends the program if flags ask for a net that there cannot be, whatever the memory. */
void check_plan(const rsd_spec *spec, uint32_t batch);
/* Makes a net for batches of up to `batch` images. */
rsd_net *make_net(const rsd_spec *spec, uint32_t batch, uint32_t training, uint64_t *file_bytes);
/* Loads the net of a file; --net overrides its family and depth. */
rsd_net *load_net(blob file, const char *path, uint32_t batch, rsd_spec *spec);
void name_net(const rsd_spec *spec, char name[16]);
/* Sets the family and depth that --net names, if it is given. */
void set_net_name(rsd_spec *spec);
/* Evaluates a whole set, `batch` images at a time. */
rsd_score evaluate(rsd_net *net, const image_set *set, uint32_t batch);

/* ---- the commands */
void train(void);
void evaluate_model(void);
void predict(char **files, int count);

#endif
