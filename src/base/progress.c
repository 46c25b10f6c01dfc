#include <nearsym/progress.h>

#include "base/clock.h"
#include "base/fail.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double SECONDS_BETWEEN_DRAWINGS = 0.2, SECONDS_BETWEEN_TELLINGS = 0.1;

enum { LINE = 4096 }; /* the longest line that a listener hears */

struct nsym_progress {
    FILE *stream; /* NULL: somebody listens */
    bool terminal;
    void (*tell)(void *context, const char *what, double done, double total);
    void (*line)(void *context, const char *text);
    void *context;
    pthread_mutex_t lock; /* of all that follows, and of whole lines on the stream */
    char what[96];
    double total, done;
    size_t pieces, finished;
    double (*left)(void *context); /* NULL: as long as the mean rate says */
    void *foresees;                /* its context */
    double started, drawn;         /* seconds of the monotonic clock; drawn: or told */
    bool colours;                  /* warnings are coloured: see https://no-color.org */
    bool showing;                  /* the updating line stands on the terminal */
};

nsym_status nsym_progress_new(nsym_progress **out, FILE *stream) {
    nsym_progress *p = *out = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "no memory for a progress line");
    const char *kind = getenv("TERM");
    p->stream = stream;
    p->terminal = isatty(fileno(stream)) && !(kind && strcmp(kind, "dumb") == 0);
    const char *plain = getenv("NO_COLOR");
    p->colours = p->terminal && !(plain && plain[0]);
    pthread_mutex_init(&p->lock, NULL);
    return NSYM_OK;
}

nsym_status nsym_progress_listen(nsym_progress **out,
                                 void (*tell)(void *context, const char *what, double done, double total),
                                 void (*line)(void *context, const char *text), void *context) {
    nsym_progress *p = *out = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "no memory for a progress");
    p->tell = tell;
    p->line = line;
    p->context = context;
    pthread_mutex_init(&p->lock, NULL);
    return NSYM_OK;
}

static void clear(nsym_progress *p) {
    if (p->showing) fputs("\r\033[K", p->stream);
    p->showing = false;
}

void nsym_progress_free(nsym_progress *p) {
    if (!p) return;
    clear(p);
    if (p->stream) fflush(p->stream);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* "45 s", "3 min 20 s", "2 h 05 min" */
static void write_duration(char *text, size_t size, double seconds) {
    unsigned long s = seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 1000000000ul;
    if (s < 60)
        snprintf(text, size, "%lu s", s);
    else if (s < 3600)
        snprintf(text, size, "%lu min %02lu s", s / 60, s % 60);
    else
        snprintf(text, size, "%lu h %02lu min", s / 3600, s % 3600 / 60);
}

/* "950/s", "13.4k/s", "1.34M/s" */
static void write_rate(char *text, size_t size, double rate) {
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    size_t prefix = 0;
    for (; rate >= 999.5 && prefix < 4; prefix++) rate /= 1000;
    snprintf(text, size, "%.3g%s/s", rate, prefixes[prefix]);
}

/* Seconds that the rest will take; negative where nothing tells. */
static double seconds_left(const nsym_progress *p) {
    double elapsed = nsym_seconds() - p->started;
    if (p->left) return p->left(p->foresees);
    if (p->done <= 0 || p->total <= 0 || elapsed <= 0) return -1;
    return p->done < p->total ? elapsed * (p->total - p->done) / p->done : 0;
}

/* Bytes of a text that fit into `columns`, never cutting a UTF-8 character: a byte counts as a column. */
static int fitting(const char *text, size_t columns) {
    size_t length = strlen(text);
    if (length <= columns) return (int)length;
    length = columns;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
    return (int)length;
}

static size_t terminal_columns(FILE *stream) {
    struct winsize window;
    bool known = ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    return known ? window.ws_col : 80;
}

/* "training  42 %  13.4k/s  3 min 20 s left  (3/10)" in one line of the terminal: a longer one would leave its head
 * behind. */
static void draw(nsym_progress *p) {
    char numbers[160] = "", rate[32] = "", left[32] = "", pieces[64] = "";
    double elapsed = nsym_seconds() - p->started, seconds = seconds_left(p);
    double percent = p->total > 0 ? 100 * p->done / p->total : 0;
    if (p->left) percent = seconds >= 0 ? 100 * elapsed / fmax(elapsed + seconds, 1e-9) : 0;
    if (seconds >= 0) {
        write_rate(rate, sizeof rate, p->done / elapsed);
        write_duration(left, sizeof left, seconds);
    }
    if (p->pieces > 0) snprintf(pieces, sizeof pieces, "  (%zu/%zu)", p->finished, p->pieces);
    snprintf(numbers, sizeof numbers, "  %3.0f %%%s%s%s%s%s%s", percent < 100 ? percent : 100, *rate ? "  " : "", rate,
             *left ? "  " : "", left, *left ? " left" : "", pieces);
    size_t columns = terminal_columns(p->stream), used = strlen(numbers);
    size_t room = columns > used + 1 ? columns - used - 1 : 0;
    fprintf(p->stream, "\r\033[K%.*s%.*s", fitting(p->what, room), p->what, (int)(columns - 1), numbers);
    fflush(p->stream);
    p->drawn = nsym_seconds();
    p->showing = true;
}

/* Tells who listens how much is done. */
static void tell(nsym_progress *p) {
    if (p->tell) p->tell(p->context, p->what, p->done < p->total ? p->done : p->total, p->total);
    p->drawn = nsym_seconds();
}

/* Gives who listens a line: "[1/3] " of a finished piece, then the text. */
static void tell_line(const nsym_progress *p, bool piece, const char *format, va_list arguments) {
    char text[LINE] = "", whole[LINE + 64];
    if (!p->line) return;
    vsnprintf(text, sizeof text, format, arguments);
    text[fitting(text, LINE - 1)] = '\0';
    if (piece && p->pieces > 0)
        snprintf(whole, sizeof whole, "[%zu/%zu] %s", p->finished, p->pieces, text);
    else
        snprintf(whole, sizeof whole, "%s", text);
    p->line(p->context, whole);
}

void nsym_progress_start(nsym_progress *p, const char *what, double total, size_t pieces) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    snprintf(p->what, sizeof p->what, "%.*s", fitting(what, sizeof p->what - 1), what);
    p->total = total;
    p->done = 0;
    p->pieces = pieces;
    p->finished = 0;
    p->started = nsym_seconds();
    p->left = NULL;
    if (p->terminal) draw(p);
    if (!p->stream) tell(p);
    pthread_mutex_unlock(&p->lock);
}

void nsym_progress_foresee(nsym_progress *p, double (*left)(void *context), void *context) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->left = left;
    p->foresees = context;
    pthread_mutex_unlock(&p->lock);
}

void nsym_progress_add(nsym_progress *p, double units) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    bool before = p->done < p->total;
    p->done += units;
    bool over = before && p->done >= p->total;
    if (p->terminal && nsym_seconds() - p->drawn >= SECONDS_BETWEEN_DRAWINGS) draw(p);
    if (!p->stream && (over || (before && nsym_seconds() - p->drawn >= SECONDS_BETWEEN_TELLINGS))) tell(p);
    pthread_mutex_unlock(&p->lock);
}

/* A finished piece as a line of the stream. */
static void write_piece(nsym_progress *p, const char *format, va_list arguments) {
    clear(p);
    if (p->pieces > 0) fprintf(p->stream, "[%zu/%zu] ", p->finished, p->pieces);
    vfprintf(p->stream, format, arguments);
    double seconds = seconds_left(p);
    if (p->terminal || seconds <= 0) {
        fputc('\n', p->stream);
    } else {
        char left[32];
        write_duration(left, sizeof left, seconds);
        fprintf(p->stream, " (%s left)\n", left);
    }
    if (p->terminal) draw(p);
    fflush(p->stream);
}

void nsym_progress_piece(nsym_progress *p, const char *format, ...) {
    if (!p) return;
    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&p->lock);
    p->finished++;
    if (p->stream)
        write_piece(p, format, arguments);
    else
        tell_line(p, true, format, arguments);
    pthread_mutex_unlock(&p->lock);
    va_end(arguments);
}

static void write_note(nsym_progress *p, const char *format, va_list arguments) {
    bool showing = p->showing, coloured = p->colours && strncmp(format, "warning:", 8) == 0;
    clear(p);
    if (coloured) fputs("\033[33m", p->stream);
    vfprintf(p->stream, format, arguments);
    fputs(coloured ? "\033[0m\n" : "\n", p->stream);
    if (showing) draw(p);
    fflush(p->stream);
}

void nsym_progress_note(nsym_progress *p, const char *format, ...) {
    if (!p) return;
    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&p->lock);
    if (p->stream)
        write_note(p, format, arguments);
    else
        tell_line(p, false, format, arguments);
    pthread_mutex_unlock(&p->lock);
    va_end(arguments);
}
