/* The functions of a libc that take a path. Invariant: a path is used within the folder that was opened for the
 * program and holds it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

#if !defined(__EMSCRIPTEN__)

int open_path(const char *path, int flags) { return open(path, flags, 0666); }
int rename_path(const char *from, const char *to) { return rename(from, to); }
int remove_path(const char *path) { return unlink(path); }

#include <dirent.h>
#include <sys/stat.h>

path_facts look_at_path(const char *path) {
  struct stat facts;
  if (lstat(path, &facts) != 0) return (path_facts){PATH_NONE, 0, 0, 0};
  path_kind kind = S_ISREG(facts.st_mode)   ? PATH_FILE
                   : S_ISDIR(facts.st_mode) ? PATH_FOLDER
                   : S_ISLNK(facts.st_mode) ? PATH_LINK
                                            : PATH_OTHER;
  return (path_facts){kind, (uint64_t)facts.st_size, (uint64_t)facts.st_dev,
                      (uint64_t)facts.st_ino};
}

void list_folder(const char *folder, void (*hear)(const char *name, void *with), void *with) {
  DIR *stream = opendir(folder);
  if (stream == NULL) return;
  for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream))
    hear(entry->d_name, with);
  closedir(stream);
}

#else

#include <errno.h>
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
  if (flags & O_EXCL) how |= __WASI_OFLAGS_EXCL;
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

path_facts look_at_path(const char *path) {
  located_path at;
  __wasi_filestat_t facts;
  if (!locate(path, &at) ||
      __wasi_path_filestat_get(at.folder, 0, at.rest, strlen(at.rest), &facts) != 0)
    return (path_facts){PATH_NONE, 0, 0, 0};
  path_kind kind = facts.filetype == __WASI_FILETYPE_REGULAR_FILE    ? PATH_FILE
                   : facts.filetype == __WASI_FILETYPE_DIRECTORY     ? PATH_FOLDER
                   : facts.filetype == __WASI_FILETYPE_SYMBOLIC_LINK ? PATH_LINK
                                                                     : PATH_OTHER;
  return (path_facts){kind, facts.size, facts.dev, facts.ino};
}

/* Passes on the whole entries and returns how many bytes they take; *next is the entry after them. */
static size_t tell_entries(const uint8_t *bytes, size_t length, __wasi_dircookie_t *next,
                           void (*hear)(const char *name, void *with), void *with) {
  __wasi_dirent_t entry;
  char name[LONGEST_PATH];
  size_t at = 0;
  while (length - at >= sizeof entry) {
    memcpy(&entry, bytes + at, sizeof entry);
    if (length - at - sizeof entry < entry.d_namlen || entry.d_namlen >= sizeof name) break;
    memcpy(name, bytes + at + sizeof entry, entry.d_namlen);
    name[entry.d_namlen] = 0;
    hear(name, with);
    *next = entry.d_next;
    at += sizeof entry + entry.d_namlen;
  }
  return at;
}

void list_folder(const char *folder, void (*hear)(const char *name, void *with), void *with) {
  uint8_t bytes[4 * LONGEST_PATH];
  __wasi_dircookie_t next = 0;
  __wasi_size_t length = sizeof bytes;
  int file = open_path(folder, O_DIRECTORY);
  if (file < 0) return;
  while (length == sizeof bytes) {
    if (__wasi_fd_readdir(file, bytes, sizeof bytes, next, &length) != 0) break;
    if (tell_entries(bytes, length, &next, hear, with) == 0) break;
  }
  close(file);
}

#endif
