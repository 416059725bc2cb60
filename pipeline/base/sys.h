/*
 * System calls on files as this program wants them: one that a signal interrupts (EINTR) is made
 * again, and a file that cannot be looked for is not a file that is not there.
 *
 * They return what the calls of the same name do and leave errno.
 */
#ifndef PIPELINE_BASE_SYS_H
#define PIPELINE_BASE_SYS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pipeline/base/err.h"

int sys_open(const char *path, int flags, mode_t mode);
DIR *sys_opendir(const char *path);

/* After EINTR the file is closed all the same (Linux), so that is no failure: whether its bytes
 * reached the disk is known when they are synchronised. */
int sys_close(int fd);

/* Up to n bytes, fewer only at the end of the file; -1: a failure. */
ssize_t sys_read(int fd, void *p, size_t n);

/* All n bytes, or false. */
bool sys_write(int fd, const void *p, size_t n);
int sys_mkdir(const char *path, mode_t mode);
int sys_rename(const char *from, const char *to);
int sys_renameat2(const char *from, const char *to,
                  unsigned flags); /* paths from the current folder */
int sys_unlink(const char *path);
int sys_fchmod(int fd, mode_t mode);
int sys_ftruncate(int fd, off_t size);
int sys_fsync(int fd);
int sys_syncfs(int fd);
int sys_flock(int fd, int operation);

/* Is there certainly nothing at path? A fault of the system is no absence: taken for one, what is
 * there would silently be left out; so it is left to the open that follows, which says why. */
bool sys_is_absent(const char *path);

/* The same where no open follows: false and *e when it cannot be told. */
bool sys_exists(const char *path, bool *there, struct err *e);

/* Bytes of the file at path, 0 when it is not there; false and *e when it cannot be told. */
bool sys_size(const char *path, uint64_t *bytes, struct err *e);

/* Does an errno say that the system is at fault, not the path that was given to it? */
bool sys_is_fault(int number);

#endif
