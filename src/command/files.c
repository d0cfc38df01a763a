/* Files in and out. Invariant: under a name there is always a whole file, the old one or the new. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

/* The most bytes read or written at once. */
enum { PIECE = 1 << 24 };

static const char *reason(int error) {
  switch (error) {
    case ENOENT: return "it does not exist, or no folder that was opened for this program holds it";
#if defined(ENOTCAPABLE)
    case ENOTCAPABLE: return "no folder that was opened for this program holds it";
#endif
    case EISDIR: return "it is a folder";
    case ENOTDIR: return "a file is in the place of its folder";
    case ENOSPC: return "the disk is full";
    case ENAMETOOLONG: return "the name is too long";
    case EACCES:
    case EPERM: return "it is not allowed";
    default: return strerror(error);
  }
}

static _Noreturn void fail_reading(const char *path, int error) {
  fail("%s cannot be read: %s.", path, reason(error));
}
static _Noreturn void fail_writing(const char *path, int error) {
  fail("%s cannot be written: %s; what was there is unchanged.", path, reason(error));
}

/* Some hosts open folders for reading, others refuse. */
int is_folder(const char *path) {
  int file = open_path(path, O_RDONLY | O_DIRECTORY);
  if (file >= 0) close(file);
  return file >= 0;
}

int file_exists(const char *path) {
  int file = is_folder(path) ? -1 : open_path(path, O_RDONLY);
  if (file >= 0) close(file);
  return file >= 0;
}

static size_t piece_of(size_t left) { return left < PIECE ? left : PIECE; }

blob read_file(const char *path) {
  if (is_folder(path)) fail_reading(path, EISDIR);
  int file = open_path(path, O_RDONLY);
  if (file < 0) fail_reading(path, errno);
  off_t length = lseek(file, 0, SEEK_END);
  if (length < 0 || lseek(file, 0, SEEK_SET) < 0) fail_reading(path, errno);
  blob content = {allocate((uint64_t)length + 1), 0};
  while (content.length < (size_t)length) {
    ssize_t got =
        read(file, content.at + content.length, piece_of((size_t)length - content.length));
    if (got < 0) fail_reading(path, errno);
    if (got == 0) break;
    content.length += (size_t)got;
  }
  close(file);
  return content;
}

/* ---------------------------------------------------------------- output
 * A write goes to a part file of its own beside the file, ".NAME.00000001.part", and then takes the file's
 * place. Part files that were there before the first write were left by programs that died, since a write
 * takes moments; they are removed after it. Should one be of a program that lives, it writes again. */

enum { LONGEST_NAME = 255, PART_DIGITS = 8, MOST_PARTS = 1000, ATTEMPTS = 3 };
static const char PART[] = ".part";

typedef struct name_list {
  char prefix[LONGEST_NAME + 1];
  char **names;
  int count;
} name_list;
static name_list stale;

static const char *name_in(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* What the names of part files begin with: as much of the name as leaves room for the rest. */
static void part_prefix(const char *path, char prefix[LONGEST_NAME + 1]) {
  const char *name = name_in(path);
  size_t room = LONGEST_NAME - PART_DIGITS - sizeof ".." - (sizeof PART - 1), length = strlen(name);
  if (length > room)
    for (length = room; length > 0 && ((uint8_t)name[length] & 0xc0) == 0x80;)
      length--; /* no half of a letter */
  snprintf(prefix, LONGEST_NAME + 1, ".%.*s.", (int)length, name);
}

static char *copy_of(const char *text, size_t length) {
  char *copy = allocate(length + 1);
  memcpy(copy, text, length);
  copy[length] = 0;
  return copy;
}

/* `name` in the folder of `path`, in memory of its own. */
static char *beside(const char *path, const char *name) {
  int folder = (int)(name_in(path) - path);
  size_t room = (size_t)folder + strlen(name) + 1;
  char *made = allocate(room);
  snprintf(made, room, "%.*s%s", folder, path, name);
  return made;
}

static void add_if_part(const char *name, void *with) {
  name_list *list = with;
  size_t prefix = strlen(list->prefix), length = strlen(name);
  if (length < prefix + PART_DIGITS + sizeof PART - 1 || strncmp(name, list->prefix, prefix) != 0)
    return;
  size_t digits = strspn(name + prefix, "0123456789abcdef-");
  if (digits < PART_DIGITS || strcmp(name + prefix + digits, PART) != 0) return;
  size_t room = sizeof *list->names * ((size_t)list->count + 1);
  char **more = (char **)realloc((void *)list->names, room);
  if (more == NULL) return;
  list->names = more;
  list->names[list->count++] = copy_of(name, length);
}

static void find_stale(const char *path) {
  size_t length = (size_t)(name_in(path) - path);
  char *folder = length == 0 ? copy_of(".", 1) : copy_of(path, length > 1 ? length - 1 : 1);
  part_prefix(path, stale.prefix);
  list_folder(folder, add_if_part, &stale);
  free(folder);
}

static void sweep(const char *path) {
  while (stale.count > 0) {
    char *part = beside(path, stale.names[--stale.count]);
    remove_path(part);
    free(part);
    free(stale.names[stale.count]);
  }
}

/* Opens a part file that is nobody else's. `*part` is in memory of its own. */
static int open_part(const char *path, char **part) {
  char prefix[LONGEST_NAME + 1], name[sizeof prefix + 8 + sizeof PART];
  part_prefix(path, prefix);
  for (int i = 1; i <= MOST_PARTS; i++) {
    snprintf(name, sizeof name, "%s%08x%s", prefix, (unsigned)i, PART);
    *part = beside(path, name);
    int file = open_path(*part, O_WRONLY | O_CREAT | O_EXCL);
    if (file >= 0 || errno != EEXIST) return file;
    free(*part);
  }
  return errno = EEXIST, -1;
}

/* A larger file is no checkpoint that this program would find room for. */
static const uint64_t MOST_LOOKED_AT = 1u << 30;

static int is_own(const path_facts *there, const char *own) {
  if (own == NULL) return 0;
  path_facts mine = look_at_path(own);
  return mine.kind == PATH_FILE && mine.device == there->device && mine.number == there->number;
}

/* Says where the run in a file was interrupted, if that is what the file holds. */
static void refuse_interrupted(const char *path, uint64_t size) {
  rsd_recipe recipe = {.size = sizeof recipe};
  rsd_progress at = {.size = sizeof at};
  if (size > MOST_LOOKED_AT || !file_exists(path)) return;
  blob file = read_file(path);
  rsd_status status = rsd_file_run(file.at, file.length, &recipe, &at, &core_error);
  free(file.at);
  if (status != RSD_OK || at.step >= at.steps) return;
  fail(
      "%s holds a run that was interrupted at step %u; go on with --resume %s, or begin anew with "
      "--force.",
      path, at.step, path);
}

static void check_place(const char *path, const char *own) {
  path_facts there = look_at_path(path);
  if (there.kind == PATH_FOLDER) fail("%s is a folder; name a file.", path);
  if (there.kind == PATH_LINK) fail("%s is a link; name the file itself.", path);
  if (there.kind == PATH_OTHER) fail("%s is a device, a pipe or a socket; name a file.", path);
  int is_taken = there.kind == PATH_FILE && there.size > 0 && !is_own(&there, own);
  if (!is_taken || switch_option("force")) return;
  if (own == NULL) refuse_interrupted(path, there.size);
  fail("%s already exists; name another file, or replace it with --force.", path);
}

void prepare_output(const char *path, const char *own) {
  char *part;
  if (strlen(name_in(path)) > LONGEST_NAME)
    fail("%s cannot be written: %s.", path, reason(ENAMETOOLONG));
  check_place(path, own);
  int file = open_part(path, &part);
  if (file < 0) fail_writing(path, errno);
  close(file);
  remove_path(part);
  free(part);
  find_stale(path);
}

/* Returns 0, or the error. */
static int write_whole(int file, blob content) {
  for (size_t at = 0; at < content.length;) {
    ssize_t put = write(file, content.at + at, piece_of(content.length - at));
    if (put <= 0) return put < 0 ? errno : ENOSPC;
    at += (size_t)put;
  }
  return fsync(file) == 0 ? 0 : errno;
}

static int write_once(const char *path, blob content) {
  char *part;
  int file = open_part(path, &part);
  if (file < 0) return errno;
  int error = write_whole(file, content);
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && rename_path(part, path) != 0) error = errno;
  if (error) remove_path(part);
  free(part);
  return error;
}

void write_file(const char *path, blob content) {
  int error = ENOENT;
  for (int i = 0; i < ATTEMPTS && error == ENOENT; i++)
    error = write_once(path, content);
  if (error) fail_writing(path, error);
  sweep(path);
}
