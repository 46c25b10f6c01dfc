#include "data/unpack.h"

#include "base/fail.h"
#include "data/packers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUT = 1 << 17 };

static const uint64_t most_times = 200, most_bytes = UINT64_C(1) << 30;

struct nsym_unpack {
    int descriptor;
    bool ended;                /* nothing more in the file */
    const nsym_packer *packer; /* NULL: plain */
    void *state;
    bool between;         /* the pieces: zeros, the next piece or the file's end may come */
    unsigned char *input; /* (INPUT) read but not used yet: at ... filled - 1 */
    size_t at, filled;
    uint64_t packed, unpacked, size, most; /* bytes used and given; of the file (0: not known); option */
};

/* Reads more behind what waits. */
static nsym_status fill(nsym_unpack *file) {
    memmove(file->input, file->input + file->at, file->filled - file->at);
    file->filled -= file->at;
    file->at = 0;
    ssize_t n;
    do n = read(file->descriptor, file->input + file->filled, INPUT - file->filled);
    while (n < 0 && errno == EINTR);
    if (n < 0) return nsym_fail(NSYM_EIO, "cannot be read: %s", strerror(errno));
    file->filled += (size_t)n;
    file->ended = n == 0;
    return NSYM_OK;
}

/* Has so many bytes wait as tell how the next piece is packed, or all that are left. */
static nsym_status fill_head(nsym_unpack *file) {
    while (file->filled - file->at < NSYM_PACKER_HEAD && !file->ended) NSYM_TRY(fill(file));
    return NSYM_OK;
}

static nsym_status find_packer(nsym_unpack *file) {
    NSYM_TRY(fill_head(file));
    for (size_t i = 0; i < NSYM_PACKERS && !file->packer; i++)
        if (nsym_packers[i].begins(file->input, file->filled)) file->packer = &nsym_packers[i];
    if (!file->packer) return NSYM_OK;
    file->state = file->packer->open();
    return file->state ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to unpack");
}

static nsym_status start(nsym_unpack *file, const char *path) {
    struct stat about;
    bool standard = strcmp(path, "-") == 0;
    file->descriptor = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0 && errno == ENOENT) return nsym_fail(NSYM_ENOTFOUND, "%s: there is no such file", path);
    if (file->descriptor < 0) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    if (fstat(file->descriptor, &about) == 0 && S_ISREG(about.st_mode)) file->size = (uint64_t)about.st_size;
    file->input = malloc(INPUT);
    nsym_status status = file->input ? find_packer(file) : nsym_fail(NSYM_ENOMEM, "no memory to read");
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: ", standard ? "standard input" : path);
}

nsym_status nsym_unpack_open(nsym_unpack **out, const char *path, uint64_t most) {
    *out = NULL;
    nsym_unpack *file = calloc(1, sizeof *file);
    if (!file) return nsym_fail(NSYM_ENOMEM, "%s: no memory to read", path);
    file->descriptor = -1;
    file->most = most;
    nsym_status status = start(file, path);
    if (status == NSYM_OK)
        *out = file;
    else
        nsym_unpack_close(file);
    return status;
}

void nsym_unpack_close(nsym_unpack *file) {
    if (!file) return;
    if (file->state) file->packer->close(file->state);
    if (file->descriptor >= 0) close(file->descriptor);
    free(file->input);
    free(file);
}

const char *nsym_unpack_packer(const nsym_unpack *file) {
    return file->packer ? file->packer->name : NULL;
}

nsym_status nsym_unpack_check(uint64_t unpacked, uint64_t packed, uint64_t most) {
    uint64_t allowed = most > 0 ? most : packed > most_bytes / most_times ? most_times * packed : most_bytes;
    if (unpacked <= allowed) return NSYM_OK;
    char why[64] = "";
    if (most == 0) snprintf(why, sizeof why, " (%.0f times what it takes packed)", (double)unpacked / (double)packed);
    return nsym_fail(
        NSYM_EINVAL,
        "unpacks to more than %.3g GiB%s, which may fill memory and disk; if that is no mistake, unpack it "
        "first, or read it with --max-unpacked 500G (max_unpacked in C and Python)",
        (double)allowed / (1 << 30), why);
}

/* What waits, or else the file itself, straight into the buffer. */
static nsym_status read_plain(nsym_unpack *file, void *buffer, size_t room, size_t *got) {
    size_t waits = file->filled - file->at;
    if (waits > 0) {
        *got = waits < room ? waits : room;
        memcpy(buffer, file->input + file->at, *got);
        file->at += *got;
        return NSYM_OK;
    }
    if (file->ended) return NSYM_OK;
    ssize_t n;
    do n = read(file->descriptor, buffer, room);
    while (n < 0 && errno == EINTR);
    if (n < 0) return nsym_fail(NSYM_EIO, "cannot be read: %s", strerror(errno));
    *got = (size_t)n;
    file->ended = n == 0;
    return NSYM_OK;
}

/* Goes on to the next piece: file->between stays set where the file ends. */
static nsym_status next_piece(nsym_unpack *file) {
    for (;;) {
        while (file->at < file->filled && file->input[file->at] == 0) file->at++, file->packed++;
        if (file->at < file->filled || file->ended) break;
        NSYM_TRY(fill(file));
    }
    if (file->at == file->filled) return NSYM_OK;
    NSYM_TRY(fill_head(file));
    if (!file->packer->begins(file->input + file->at, file->filled - file->at))
        return nsym_fail(NSYM_EFORMAT,
                         "bytes that are not %s data follow the %s data at byte %llu; copy or download it again, or "
                         "cut the file there",
                         file->packer->name, file->packer->name, (unsigned long long)file->packed);
    if (!file->packer->restart(file->state)) return nsym_fail(NSYM_ENOMEM, "no memory to unpack");
    file->between = false;
    return NSYM_OK;
}

/* Unpacks into the buffer until there is something in it, the piece ends, or more bytes are wanted. */
static nsym_status step(nsym_unpack *file, void *buffer, size_t room, size_t *got) {
    nsym_packed bytes = {file->input + file->at, file->filled - file->at, buffer, room};
    nsym_unpacked result = file->packer->step(file->state, &bytes);
    size_t used = file->filled - file->at - bytes.in_left;
    file->at += used;
    file->packed += used;
    *got = room - bytes.out_left;
    file->unpacked += *got;
    if (result == NSYM_UNPACKED_MEMORY)
        return nsym_fail(NSYM_ENOMEM, "no memory to unpack %s data, which may need over 1 GiB; unpack it first",
                         file->packer->name);
    if (result == NSYM_UNPACKED_DAMAGE)
        return nsym_fail(NSYM_EFORMAT, "the %s data is damaged near byte %llu; copy or download it again",
                         file->packer->name, (unsigned long long)file->packed);
    file->between = result == NSYM_UNPACKED_PIECE;
    if (*got > 0 || file->between || used > 0) return NSYM_OK;
    if (file->ended)
        return nsym_fail(NSYM_EFORMAT, "the %s data is cut off at byte %llu; copy or download it again",
                         file->packer->name, (unsigned long long)file->packed);
    return fill(file);
}

nsym_status nsym_unpack_read(nsym_unpack *file, void *buffer, size_t room, size_t *got) {
    *got = 0;
    if (!file->packer) return read_plain(file, buffer, room, got);
    while (*got == 0) {
        if (file->between) NSYM_TRY(next_piece(file));
        if (file->between) return NSYM_OK;
        NSYM_TRY(step(file, buffer, room, got));
    }
    return nsym_unpack_check(file->unpacked, file->size > 0 ? file->size : file->packed, file->most);
}

static nsym_status read_all(nsym_unpack *file, unsigned char **bytes, size_t *size) {
    size_t room = 0, got = 1;
    while (got > 0) {
        if (*size == room) {
            room = 2 * room + INPUT;
            unsigned char *more = realloc(*bytes, room);
            if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for %zu bytes", room);
            *bytes = more;
        }
        NSYM_TRY(nsym_unpack_read(file, *bytes + *size, room - *size, &got));
        *size += got;
    }
    return NSYM_OK;
}

nsym_status nsym_unpack_all(unsigned char **bytes, size_t *size, const char *path, uint64_t most) {
    nsym_unpack *file;
    *bytes = NULL;
    *size = 0;
    NSYM_TRY(nsym_unpack_open(&file, path, most));
    nsym_status status = read_all(file, bytes, size);
    nsym_unpack_close(file);
    if (status == NSYM_OK) return NSYM_OK;
    free(*bytes);
    *bytes = NULL;
    return nsym_fail_in(status, "%s: ", path);
}

bool nsym_is_gzip_name(const char *path) {
    size_t n = strlen(path);
    return n > 3 && strcasecmp(path + n - 3, ".gz") == 0;
}

size_t nsym_unpack_stem(const char *path) {
    size_t n = strlen(path);
    for (size_t i = 0; i < NSYM_PACKERS; i++) {
        size_t m = strlen(nsym_packers[i].ending);
        if (n > m && strcasecmp(path + n - m, nsym_packers[i].ending) == 0) return n - m;
    }
    return n;
}
