/* The n-th call of the system that writes in a folder fails, as a full or broken disk would make it.

   Loaded before the C library. arm(folder, n, lasting) begins to count; 0 counts alone. calls() says how many there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long wanted, count;
static int lasting;

void arm(const char *where, long nth, int lasts)
{
    strncpy(folder, where, sizeof folder - 1);
    wanted = nth, lasting = lasts, count = 0;
}

long calls(void) { return count; }

static int inside(const char *path) { return folder[0] && strncmp(path, folder, strlen(folder)) == 0; }

static int fails(int why)
{
    count++;
    if (wanted && (count == wanted || (lasting && count > wanted))) {
        errno = why;
        return 1;
    }
    return 0;
}

static int file_fails(int fd, int why)
{
    char link[64], path[PATH_MAX];
    ssize_t size;
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return inside(path) && fails(why);
}

static int opening_fails(const char *path, int flags)
{
    char whole[PATH_MAX * 2];
    if (!folder[0] || !(flags & (O_CREAT | O_WRONLY | O_RDWR))) return 0;
    if (path[0] == '/') return inside(path) && fails(ENOSPC);
    if (!getcwd(whole, PATH_MAX)) return 0;
    strcat(strcat(whole, "/"), path);
    return inside(whole) && fails(ENOSPC);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        static int (*real)(const char *, int, ...); \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        return opening_fails(path, flags) ? -1 : real(path, flags, mode); \
    }
#define OPENAT(name) \
    int name(int where, const char *path, int flags, ...) \
    { \
        static int (*real)(int, const char *, int, ...); \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        return opening_fails(path, flags) ? -1 : real(where, path, flags, mode); \
    }
#define CALL(type, name, why, declared, given) \
    type name declared \
    { \
        static type (*real) declared; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        return file_fails(fd, why) ? -1 : real given; \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
CALL(ssize_t, write, ENOSPC, (int fd, const void *bytes, size_t size), (fd, bytes, size))
CALL(ssize_t, pwrite, ENOSPC, (int fd, const void *bytes, size_t size, off_t place), (fd, bytes, size, place))
CALL(ssize_t, pwrite64, ENOSPC, (int fd, const void *bytes, size_t size, off_t place), (fd, bytes, size, place))
CALL(ssize_t, writev, ENOSPC, (int fd, const struct iovec *parts, int size), (fd, parts, size))
CALL(int, ftruncate, EIO, (int fd, off_t size), (fd, size))
CALL(int, ftruncate64, EIO, (int fd, off_t size), (fd, size))
CALL(int, fsync, EIO, (int fd), (fd))
CALL(int, fdatasync, EIO, (int fd), (fd))
