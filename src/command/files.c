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
    case EACCES:
    case EPERM: return "it is not allowed";
    default: return strerror(error);
  }
}

static _Noreturn void fail_reading(const char *path, int error) {
  fail("%s cannot be read: %s.", path, reason(error));
}
static _Noreturn void fail_writing(const char *path, const char *part, int error) {
  remove_path(part);
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

/* A hidden file in the same folder, with a name that no other program uses. */
static char *part_of(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t room = strlen(path) + sizeof "..part";
  char *part = allocate(room);
  snprintf(part, room, "%.*s.%s.part", (int)(name - path), path, name);
  return part;
}

static int open_part(const char *path, const char *part) {
  int file = open_path(part, O_WRONLY | O_CREAT | O_TRUNC);
  if (file < 0) fail_writing(path, part, errno);
  return file;
}

void check_writable(const char *path) {
  char *part = part_of(path);
  if (is_folder(path)) fail("%s is a folder; name a file.", path);
  close(open_part(path, part));
  remove_path(part);
  free(part);
}

void write_file(const char *path, blob content) {
  char *part = part_of(path);
  int file = open_part(path, part);
  for (size_t at = 0; at < content.length;) {
    ssize_t put = write(file, content.at + at, piece_of(content.length - at));
    if (put <= 0) fail_writing(path, part, put < 0 ? errno : ENOSPC);
    at += (size_t)put;
  }
  if (fsync(file) != 0 || close(file) != 0 || rename_path(part, path) != 0)
    fail_writing(path, part, errno);
  free(part);
}
