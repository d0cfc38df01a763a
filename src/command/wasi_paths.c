/* The functions of a libc that take a path. Invariant: a path is used within the folder that was opened for the
 * program and holds it. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"

#if !defined(__EMSCRIPTEN__)

int open_path(const char *path, int flags) { return open(path, flags, 0666); }
int rename_path(const char *from, const char *to) { return rename(from, to); }
int remove_path(const char *path) { return unlink(path); }

#else

#include <errno.h>
#include <string.h>
#include <wasi/api.h>

enum { FIRST_FOLDER = 3 };

/* Emscripten's linker may require it where memory grows; in pages it notifies JavaScript. */
void emscripten_notify_memory_growth(size_t memory);
void emscripten_notify_memory_growth(size_t memory) { (void)memory; }

/* A path relative to an opened folder, as WASI takes it. */
typedef struct located_path {
  __wasi_fd_t folder;
  const char *rest;
  size_t matched;
} located_path;

/* The part of `path` after `folder`; NULL if the folder does not hold it. */
static const char *rest_within(const char *path, const char *folder, size_t length) {
  while (length > 0 && folder[length - 1] == '/')
    length--;
  if (length == 1 && folder[0] == '.') return path[0] == '/' ? NULL : path;
  if (strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != 0)) return NULL;
  path += length;
  while (*path == '/')
    path++;
  return *path ? path : ".";
}

/* Finds the opened folder with the longest name that matches. */
static int locate(const char *path, located_path *found) {
  __wasi_prestat_t folder;
  char name[LONGEST_PATH];
  found->rest = NULL;
  for (__wasi_fd_t fd = FIRST_FOLDER; __wasi_fd_prestat_get(fd, &folder) == 0; fd++) {
    size_t length = folder.u.dir.pr_name_len;
    if (length >= sizeof name || __wasi_fd_prestat_dir_name(fd, (uint8_t *)name, length) != 0)
      continue;
    name[length] = 0;
    length = strlen(name);
    const char *rest = rest_within(path, name, length);
    if (rest == NULL || (found->rest && length <= found->matched)) continue;
    *found = (located_path){fd, rest, length};
  }
  errno = ENOENT;
  return found->rest != NULL;
}

/* WASI's error numbers are Emscripten's. */
static int result(__wasi_errno_t error) {
  errno = error;
  return error ? -1 : 0;
}

int open_path(const char *path, int flags) {
  located_path at;
  __wasi_fd_t file;
  __wasi_oflags_t how = 0;
  __wasi_rights_t rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK | __WASI_RIGHTS_FD_TELL;
  if (!locate(path, &at)) return -1;
  if (flags & O_DIRECTORY) how |= __WASI_OFLAGS_DIRECTORY, rights = __WASI_RIGHTS_FD_READDIR;
  if (flags & O_CREAT)
    how |= __WASI_OFLAGS_CREAT, rights = __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SYNC;
  if (flags & O_TRUNC) how |= __WASI_OFLAGS_TRUNC;
  __wasi_errno_t error = __wasi_path_open(at.folder, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, at.rest,
                                          strlen(at.rest), how, rights, 0, 0, &file);
  return error ? result(error) : (int)file;
}

int rename_path(const char *from, const char *to) {
  located_path old, new;
  if (!locate(from, &old) || !locate(to, &new)) return -1;
  return result(__wasi_path_rename(old.folder, old.rest, strlen(old.rest), new.folder, new.rest,
                                   strlen(new.rest)));
}

int remove_path(const char *path) {
  located_path at;
  return locate(path, &at) ? result(__wasi_path_unlink_file(at.folder, at.rest, strlen(at.rest)))
                           : -1;
}

#endif
