/* A disk that fails on command, for tests: preloaded into keyctl, it counts what keyctl does to
 * files below given folders (makes, writes, cuts, syncs, renames, links and removes them), and at
 * the n-th such step kills the process, lets the power fail, or says that the disk is full or
 * broken.
 *
 * A power cut is the worst that POSIX allows. A log remembers how to undo what was not synced:
 * bytes until fsync of their file, names until fsync of their folder. At the cut all of it is
 * undone, or the bytes alone (names without contents), or a part that chance chooses, sector by
 * sector.
 *
 * It is C and not Rust because open() takes a variable number of arguments, which Rust can
 * only call and not be; and because a C compiler is there wherever keyctl is built.
 *
 *   KEYCTL_FAULT_UNDER   folders, resolved, joined by ':'
 *   KEYCTL_FAULT_AT      the step, from 1; 0 or none for no fault
 *   KEYCTL_FAULT_HOW     kill, cut-all, cut-bytes, cut-torn, full, broken; 'full+' and 'broken+'
 *                        for from then on; 'cut-…+' for a process that lives on without a disk
 *   KEYCTL_FAULT_SEED    for cut-torn
 *   KEYCTL_FAULT_TOLD    a file that gets "n step path" when the step comes
 *   KEYCTL_FAULT_STASH   a folder of the same file system for what is removed and may come back
 *   KEYCTL_FAULT_STATFS  the type that every file system says it has, as a hexadecimal number
 *   KEYCTL_FAULT_RANDOM  a number from which all that is random follows
 *
 * A process that goes on says by writing "at how seed" to a file named .keyctl-fault what shall
 * happen next; what was not synced by then counts as synced.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR 512

enum how { NONE, KILL, CUT_ALL, CUT_BYTES, CUT_TORN, FULL, BROKEN };
enum kind { BYTES, SIZE, MADE, FOLDER, GONE, MOVED };

/* How to undo one step. */
struct undo {
    enum kind kind;
    int live;
    dev_t dev; /* the file, or the folder that has the name */
    ino_t ino;
    int fd; /* BYTES, SIZE: one of our own */
    off_t at;
    size_t len; /* BYTES: how many there were; SIZE: the old size is at */
    char *old;
    char *path, *from, *stash;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *undos;
static size_t undo_count, undo_room;
static char *under[8];
static const char *told, *stash;
static long count, at;
static enum how how;
static int goes_on, dead;
static uint64_t seed, stashed, random_state;
static __thread int inside;

static int (*real_open)(const char *, int, ...);
static int (*real_rename)(const char *, const char *);
static int (*real_renameat2)(int, const char *, int, const char *, unsigned);
static int (*real_unlink)(const char *);
static int (*real_linkat)(int, const char *, int, const char *, int);
static int (*real_mkdir)(const char *, mode_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static enum how how_of(const char *text) {
    static const struct { const char *name; enum how how; } names[] = {
        {"kill", KILL}, {"cut-all", CUT_ALL}, {"cut-bytes", CUT_BYTES}, {"cut-torn", CUT_TORN},
        {"full", FULL}, {"broken", BROKEN},
    };
    for (size_t i = 0; text && i < sizeof names / sizeof *names; i++)
        if (!strncmp(text, names[i].name, strlen(names[i].name))) return names[i].how;
    return NONE;
}

__attribute__((constructor)) static void start(void) {
    real_open = next("open64"); real_rename = next("rename"); real_renameat2 = next("renameat2");
    real_unlink = next("unlink"); real_linkat = next("linkat"); real_mkdir = next("mkdir");
    real_write = next("write"); real_writev = next("writev"); real_pwrite = next("pwrite64");
    real_pread = next("pread64"); real_ftruncate = next("ftruncate64"); real_fsync = next("fsync");
    const char *text = getenv("KEYCTL_FAULT_UNDER");
    char *folders = text ? strdup(text) : NULL, *save = NULL;
    for (int i = 0; folders && i < 8; i++, folders = NULL)
        for (char *f = strtok_r(folders, ":", &save); f && i < 8; f = strtok_r(NULL, ":", &save))
            under[i++] = f;
    told = getenv("KEYCTL_FAULT_TOLD");
    stash = getenv("KEYCTL_FAULT_STASH");
    at = (text = getenv("KEYCTL_FAULT_AT")) ? atol(text) : 0;
    seed = (text = getenv("KEYCTL_FAULT_SEED")) ? strtoull(text, NULL, 10) : 1;
    text = getenv("KEYCTL_FAULT_HOW");
    how = how_of(text);
    goes_on = text && strchr(text, '+') != NULL;
    random_state = (text = getenv("KEYCTL_FAULT_RANDOM")) ? strtoull(text, NULL, 10) : 0;
}

static int is_under(const char *path) {
    for (int i = 0; i < 8 && under[i]; i++) {
        size_t n = strlen(under[i]);
        if (!strncmp(path, under[i], n) && (path[n] == '/' || !path[n])) return 1;
    }
    return 0;
}

/* The path with its folder resolved, if it is below one of ours. */
static char *ours(const char *path) {
    char folder[PATH_MAX], real[PATH_MAX], whole[2 * PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    if (!realpath(*folder ? folder : "/", real)) return NULL;
    snprintf(whole, sizeof whole, "%s/%s", real, slash ? slash + 1 : path);
    return is_under(whole) ? strdup(whole) : NULL;
}

/* Where a descriptor leads, if to a file or folder below one of ours. */
static int fd_is_ours(int fd, char *path, struct stat *meta) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    if (!is_under(path) || fstat(fd, meta)) return 0;
    return S_ISREG(meta->st_mode) || S_ISDIR(meta->st_mode);
}

static int enter(void) {
    if (inside) return 0;
    inside = 1;
    pthread_mutex_lock(&lock);
    return 1;
}

static void leave(void) {
    pthread_mutex_unlock(&lock);
    inside = 0;
}

/* The log. */

static struct undo *push(enum kind kind, dev_t dev, ino_t ino) {
    if (undo_count == undo_room) {
        undo_room = undo_room ? 2 * undo_room : 256;
        undos = realloc(undos, undo_room * sizeof *undos);
        if (!undos) abort();
    }
    struct undo *u = &undos[undo_count++];
    memset(u, 0, sizeof *u);
    u->kind = kind; u->live = 1; u->dev = dev; u->ino = ino; u->fd = -1;
    return u;
}

static struct undo *push_name(enum kind kind, const char *path) {
    char folder[PATH_MAX];
    struct stat meta = {0};
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    stat(*folder ? folder : "/", &meta);
    struct undo *u = push(kind, meta.st_dev, meta.st_ino);
    u->path = strdup(path);
    return u;
}

/* A second name for what is about to lose this one. */
static char *keep(const char *path) {
    char name[PATH_MAX];
    if (!stash) return NULL;
    snprintf(name, sizeof name, "%s/%d-%llu", stash, getpid(), (unsigned long long)stashed++);
    return real_linkat(AT_FDCWD, path, AT_FDCWD, name, 0) ? NULL : strdup(name);
}

static int is_cut(void) { return how == CUT_ALL || how == CUT_BYTES || how == CUT_TORN; }

/* Remembers what lies at these bytes, and how long the file is. Our descriptors are never closed:
 * that would drop the locks which SQLite holds by others. */
static void before_bytes(int fd, const struct stat *meta, off_t from, size_t len) {
    if (!is_cut()) return;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int own = -1;
    for (size_t i = undo_count; i-- > 0 && own < 0;)
        if (undos[i].fd >= 0 && undos[i].dev == meta->st_dev && undos[i].ino == meta->st_ino)
            own = undos[i].fd;
    if (own < 0) own = real_open(link, O_RDWR | O_CLOEXEC);
    struct undo *u = push(SIZE, meta->st_dev, meta->st_ino);
    u->fd = own; u->at = meta->st_size;
    u = push(BYTES, meta->st_dev, meta->st_ino);
    u->fd = own; u->at = from; u->old = malloc(len ? len : 1);
    ssize_t n = real_pread(own, u->old, len, from);
    u->len = n > 0 ? (size_t)n : 0;
}

static void synced(const struct stat *meta) {
    int names = S_ISDIR(meta->st_mode);
    for (size_t i = 0; i < undo_count; i++) {
        struct undo *u = &undos[i];
        if (u->dev == meta->st_dev && u->ino == meta->st_ino && (u->kind >= MADE) == names)
            u->live = 0;
    }
}

/* The end. */

static uint64_t chance(uint64_t a, uint64_t b) {
    uint64_t x = seed * 0x9e3779b97f4a7c15u ^ (uint64_t)at << 32 ^ a * 0xbf58476d1ce4e5b9u ^ b;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void undo_bytes(const struct undo *u) {
    for (size_t done = 0; done < u->len;) {
        off_t from = u->at + (off_t)done;
        size_t step = SECTOR - (size_t)(from % SECTOR);
        if (step > u->len - done) step = u->len - done;
        if (how != CUT_TORN || chance(u->ino, (uint64_t)(from / SECTOR)) & 1)
            (void)!real_pwrite(u->fd, u->old + done, step, from);
        done += step;
    }
}

static int gone(const char *path, const struct stat *meta, int flag, struct FTW *ftw) {
    (void)meta; (void)flag; (void)ftw;
    return remove(path);
}

static void undo_name(const struct undo *u) {
    switch (u->kind) {
    case MADE: real_unlink(u->path); break;
    case FOLDER: nftw(u->path, gone, 16, FTW_DEPTH | FTW_PHYS); break;
    case GONE: if (u->stash) real_rename(u->stash, u->path); break;
    case MOVED:
        real_rename(u->path, u->from);
        if (u->stash) real_rename(u->stash, u->path);
        break;
    default: break;
    }
}

static void cut(void) {
    size_t names = 0, kept = 0;
    for (size_t i = 0; i < undo_count; i++) names += undos[i].live && undos[i].kind >= MADE;
    if (how == CUT_BYTES) kept = names;
    if (how == CUT_TORN && names) kept = chance(7, names) % (names + 1);
    for (size_t i = undo_count; i-- > 0;) {
        struct undo *u = &undos[i];
        if (!u->live) continue;
        if (u->kind == BYTES) undo_bytes(u);
        else if (u->kind == SIZE) {
            if (how != CUT_TORN || chance(u->ino, 3) & 1) (void)!real_ftruncate(u->fd, u->at);
        } else if (names-- > kept) undo_name(u);
    }
}

static void tell(const char *step, const char *path) {
    if (!told) return;
    int fd = real_open(told, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dprintf(fd, "%ld %s %s\n", count, step, path);
    close(fd);
}

/* Counts a step; what it shall fail with, or 0. */
static int strike(const char *step, const char *path) {
    count++;
    if (dead) return EIO;
    if (how == NONE || !at || count < at || (count > at && !goes_on)) return 0;
    if (count == at) tell(step, path);
    if (how == FULL) return strcmp(step, "unlink") ? ENOSPC : 0;
    if (how == BROKEN) return EIO;
    if (is_cut()) cut();
    if (goes_on) {
        dead = 1;
        return EIO;
    }
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/* What is put in the place of the system's functions. */

static int opened(const char *path, int flags, mode_t mode) {
    if (!(flags & O_CREAT) || !enter()) return real_open(path, flags, mode);
    struct stat meta;
    char *whole = lstat(path, &meta) ? ours(path) : NULL;
    int fails = whole ? strike("make", whole) : 0;
    int fd = -1;
    if (!fails) fd = real_open(path, flags, mode);
    else errno = fails;
    int error = errno;
    if (whole && fd >= 0 && is_cut()) push_name(MADE, whole);
    free(whole);
    leave();
    errno = error;
    return fd;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                    \
        va_end(rest);                                                                              \
        return opened(path, flags, mode);                                                          \
    }
OPEN(open)
OPEN(open64)

/* Of a disk that gets full while a write goes on, the first half still finds room. */
static int begin_write(int fd, off_t from, int has_place, size_t len, size_t *room) {
    char path[PATH_MAX];
    struct stat meta;
    *room = len;
    if (!fd_is_ours(fd, path, &meta) || !S_ISREG(meta.st_mode)) return 0;
    int flags = fcntl(fd, F_GETFL);
    if (!has_place) from = flags & O_APPEND ? meta.st_size : lseek(fd, 0, SEEK_CUR);
    int is_first = count + 1 == at && how == FULL && goes_on;
    int fails = strike("write", path);
    if (fails && is_first && len > 1) {
        *room = len / 2;
        fails = 0;
    }
    if (!fails) before_bytes(fd, &meta, from, *room);
    return fails;
}

#define WRITE(from, has_place, len, call)                                                          \
    size_t room = len;                                                                             \
    if (!enter()) return call;                                                                     \
    int fails = begin_write(fd, from, has_place, len, &room);                                      \
    ssize_t n = -1;                                                                                \
    if (fails) errno = fails;                                                                      \
    else n = call;                                                                                 \
    int error = errno;                                                                             \
    leave();                                                                                       \
    errno = error;                                                                                 \
    return n

/* What shall happen next. */
static int is_order(int fd, const char *bytes, size_t len) {
    char link[64], path[PATH_MAX], order[64] = "", word[32] = "";
    static const char name[] = "/.keyctl-fault";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < (ssize_t)sizeof name || memcmp(path + n - sizeof name + 1, name, sizeof name - 1)) return 0;
    memcpy(order, bytes, len < sizeof order ? len : sizeof order - 1);
    unsigned long long number = 1;
    sscanf(order, "%ld %31s %llu", &at, word, &number);
    seed = number;
    how = how_of(word);
    goes_on = strchr(word, '+') != NULL;
    count = dead = 0;
    for (size_t i = 0; i < undo_count; i++) {
        int own = undos[i].fd;
        free(undos[i].old); free(undos[i].path); free(undos[i].from); free(undos[i].stash);
        for (size_t j = i; j < undo_count && own >= 0; j++)
            if (undos[j].fd == own) undos[j].fd = -1;
        if (own >= 0) close(own);
    }
    undo_count = 0;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t len) {
    if (!inside && under[0] && is_order(fd, bytes, len)) return (ssize_t)len;
    WRITE(0, 0, len, real_write(fd, bytes, room));
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t from) {
    WRITE(from, 1, len, real_pwrite(fd, bytes, room, from));
}

ssize_t writev(int fd, const struct iovec *parts, int n_parts) {
    size_t whole = 0;
    for (int i = 0; i < n_parts; i++) whole += parts[i].iov_len;
    WRITE(0, 0, whole,
          room == whole ? real_writev(fd, parts, n_parts)
                        : real_write(fd, parts[0].iov_base, parts[0].iov_len));
}

int ftruncate64(int fd, off_t size) {
    char path[PATH_MAX];
    struct stat meta;
    if (!enter()) return real_ftruncate(fd, size);
    int fails = 0, result = -1;
    if (fd_is_ours(fd, path, &meta)) {
        fails = strike("cut", path);
        if (!fails)
            before_bytes(fd, &meta, size, size < meta.st_size ? (size_t)(meta.st_size - size) : 0);
    }
    if (fails) errno = fails;
    else result = real_ftruncate(fd, size);
    int error = errno;
    leave();
    errno = error;
    return result;
}

int fsync(int fd) {
    char path[PATH_MAX];
    struct stat meta;
    if (!enter()) return real_fsync(fd);
    int is_ours = fd_is_ours(fd, path, &meta);
    int fails = is_ours ? strike(S_ISDIR(meta.st_mode) ? "sync-folder" : "sync", path) : 0;
    int result = -1;
    if (fails) errno = fails;
    else if (is_ours) { synced(&meta); result = 0; } /* waiting for the real one shows nothing */
    else result = real_fsync(fd);
    int error = errno;
    leave();
    errno = error;
    return result;
}

int fdatasync(int fd) { return fsync(fd); }

static int renamed(const char *from, const char *to, unsigned flags) {
    if (!enter()) return real_renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
    char *a = ours(from), *b = ours(to), *kept = NULL;
    int fails = a && b ? strike("rename", b) : 0, result = -1;
    struct stat meta;
    if (!fails && a && b && is_cut() && !flags && !lstat(b, &meta)) kept = keep(b);
    if (fails) errno = fails;
    else result = real_renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
    int error = errno;
    if (!result && a && b && is_cut()) {
        struct undo *u = push_name(MOVED, b);
        u->from = strdup(a);
        u->stash = kept;
    }
    free(a);
    free(b);
    leave();
    errno = error;
    return result;
}

int rename(const char *from, const char *to) { return renamed(from, to, 0); }

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    if (a != AT_FDCWD || b != AT_FDCWD) return real_renameat2(a, from, b, to, flags);
    return renamed(from, to, flags);
}

int unlink(const char *path) {
    if (!enter()) return real_unlink(path);
    struct stat meta;
    char *whole = lstat(path, &meta) ? NULL : ours(path), *kept = NULL;
    int fails = whole ? strike("unlink", whole) : 0, result = -1;
    if (!fails && whole && is_cut()) kept = keep(whole);
    if (fails) errno = fails;
    else result = real_unlink(path);
    int error = errno;
    if (!result && whole && is_cut()) push_name(GONE, whole)->stash = kept;
    free(whole);
    leave();
    errno = error;
    return result;
}

int linkat(int a, const char *from, int b, const char *to, int flags) {
    if (!enter()) return real_linkat(a, from, b, to, flags);
    char *whole = ours(to);
    int fails = whole ? strike("link", whole) : 0, result = -1;
    if (fails) errno = fails;
    else result = real_linkat(a, from, b, to, flags);
    int error = errno;
    if (!result && whole && is_cut()) push_name(MADE, whole);
    free(whole);
    leave();
    errno = error;
    return result;
}

int mkdir(const char *path, mode_t mode) {
    if (!enter()) return real_mkdir(path, mode);
    struct stat meta;
    char *whole = lstat(path, &meta) ? ours(path) : NULL;
    int fails = whole ? strike("mkdir", whole) : 0, result = -1;
    if (fails) errno = fails;
    else result = real_mkdir(path, mode);
    int error = errno;
    if (!result && whole && is_cut()) push_name(FOLDER, whole);
    free(whole);
    leave();
    errno = error;
    return result;
}

ssize_t getrandom(void *bytes, size_t len, unsigned flags) {
    if (!random_state) return syscall(SYS_getrandom, bytes, len, flags);
    if (!enter()) return -1;
    for (size_t i = 0; i < len; i++) {
        uint64_t x = random_state += 0x9e3779b97f4a7c15u;
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
        x = (x ^ x >> 27) * 0x94d049bb133111ebu;
        ((unsigned char *)bytes)[i] = (unsigned char)(x ^ x >> 31);
    }
    leave();
    return (ssize_t)len;
}

static int typed(int result, struct statfs *found) {
    const char *type = getenv("KEYCTL_FAULT_STATFS");
    if (!result && type) found->f_type = (long)strtoul(type, NULL, 16);
    return result;
}

int statfs64(const char *path, struct statfs64 *found) {
    return typed((int)syscall(SYS_statfs, path, found), (struct statfs *)found);
}

int fstatfs64(int fd, struct statfs64 *found) {
    return typed((int)syscall(SYS_fstatfs, fd, found), (struct statfs *)found);
}
