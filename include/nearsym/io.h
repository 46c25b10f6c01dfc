/* Reads and writes event files: LHE (.lhe), HDF5 (.h5, .hdf5), numpy (.npy, .npz), csv (.csv) and JSON lines (.jsonl).
   LHE, csv, JSON lines and npy files may be compressed (.gz, .xz, .zst or .bz2) when read. The text formats can be
   written compressed as .gz. */
#ifndef NEARSYM_IO_H
#define NEARSYM_IO_H

#include <nearsym/events.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an array of three dimensions, (events, n, m), means. In HDF5 files such arrays are always particles. */
typedef enum nsym_arrays {
    NSYM_ARRAYS_ASK, /* particles; if its shape or its zeros look like those of images, the array is refused, and the
                        message says how to declare what it is */
    NSYM_ARRAYS_PARTICLES, /* n particles with m features; rows of zeros at the end of an event are padding and are
                              dropped */
    NSYM_ARRAYS_IMAGES /* images of n x m cells, also (events, n, m, 1) and (events, 1, n, m). Every cell that is not 0
                          becomes a particle with the features x, y (its centre), energy and cell (its number, i m + j);
                          the attribute grid is "NxM" */
} nsym_arrays;

/* What to read. All zero: everything. */
typedef struct nsym_read_options {
    size_t max_events; /* number of events after which reading stops; 0: read all */
    /* NAME: the file is HDF5 with flat arrays, as awkward-array exports them. The one-dimensional datasets NAME_a,
       NAME_b, ... are the features a, b, ... of the particles; event i begins at NAME_offset[i] (or NAME_offsets[i]).
       Other numbers, (events) or (events, width), and texts become event columns. Left out are other such sets of
       ragged arrays, single numbers and the contents of HDF5 groups. NULL: the file has nearsym's own layout or another
       format. */
    const char *ragged;
    nsym_arrays arrays;
    double images_half; /* images: the cells divide [-images_half, images_half] in x and y equally; 0: [-1, 1] */
    /* Layout of an HDF5 file of another program: "pandas", "lhco", "toptag", "jetnet", "mod", "lheh5", or "pandas:KEY"
       to choose one of several tables. NULL: recognised from the file. docs/formats.md describes the layouts. */
    const char *layout;
    const char *features; /* names of the m particle features of an unnamed array (events, n, m): "energy,px,py,pz";
                             NULL: guessed from m */
    const char *only;     /* columns and features to read, no others: "pt,label"; NULL: all */
    bool only_if_there;   /* ignore names in `only` that the file does not have */
    const char *drop;     /* columns and features to leave out; NULL: none */
    /* For csv. header: "yes", "no" or the number, from 1, of the line that names the columns. delimiter: the character
       between cells. comment: the character that begins a comment, "" for none. encoding: "utf-8" or "latin-1". NULL:
       guessed from the first lines. */
    const char *header, *delimiter, *comment, *encoding;
    uint64_t max_unpacked; /* largest size in bytes to which a compressed file may unpack, else it is refused; 0: 200
                              times its compressed size or 1 GiB, whichever is more */
} nsym_read_options;

/* New sample from a file. The format is recognised from the content if possible (LHE, HDF5, npy, zip and compressed
   files have magic bytes), else from the file's name. If a file has no particles but columns x, y and energy of one
   width above 1, they become particles: points of a calorimeter, with rows of zeros at the end dropped. `options` may
   be NULL. Errors: a file that cannot be read or is damaged; the message names the file and the event, line or
   dataset. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_read(nsym_events **out, const char *path,
                                                      const nsym_read_options *options);

/* New sample with the columns `needed` and, if the file has them, the columns `useful` ("mass,weight"; NULL: none).
   Other columns, which may be large or damaged, are not read. All columns are read if a needed one is missing, so that
   the caller can say which there are, or if the file is a pipe, which cannot be read twice. Errors: as
   nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_read_columns(nsym_events **out, const char *path, const char *needed,
                                                              const char *useful);

/* Reads a sample block by block, so that only one block need be in memory. Formats that do not allow this are read
   whole at the first block. All blocks together are what nsym_events_read gives. */
typedef struct nsym_events_reader nsym_events_reader;

/* New reader (free with nsym_events_reader_free, NULL is fine). Errors: as nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_reader_new(nsym_events_reader **out, const char *path,
                                                            const nsym_read_options *options);

/* New sample in *block: the next events, at most `most` of them. With `most` 0 a block is about 32 MiB, rounded to a
   multiple of 16 events if that many fit, or all events if they are in memory already. Only the last block may be
   shorter; after it *block is NULL. A file without events gives one block of 0 events. nsym_events_row gives the
   events' rows in the file. Errors: as nsym_events_read; after an error no block follows. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_reader_next(nsym_events **block, nsym_events_reader *reader,
                                                             size_t most);
NSYM_API void nsym_events_reader_free(nsym_events_reader *reader);

/* Writes a sample in the format of the name's ending. The file appears whole or not at all: it is written in the same
   folder under another name, then renamed. HDF5 keeps everything but notes. npz, csv and JSON lines keep the numbers
   and the names of features and columns (also words; npz those of columns), but no units, meanings, labels or
   attributes. npy keeps one column, or padded particles, without names. Errors: an unknown ending; content that the
   format cannot hold, which the message names. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_write(const nsym_events *events, const char *path);

/* Writes a sample block by block. For HDF5, JSON lines and csv (csv only without particles) at most one block need be
   in memory. For the other formats the blocks are collected and written at the end. The file holds what
   nsym_events_write would write for all blocks joined into one sample. */
typedef struct nsym_events_writer nsym_events_writer;

/* New writer of a file at `path` (free with nsym_events_writer_free, NULL is fine). Errors: an unknown ending; for
   HDF5, csv and JSON lines a folder that is missing or not writable. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_new(nsym_events_writer **out, const char *path);

/* Adds a block of events after the earlier ones. Features and columns are matched by name, as nsym_events_concat does.
   The block stays the caller's. Units, meanings and labels are those of the first block. Errors: a block that does not
   match, with the difference (none of it is written, and other blocks may follow); content that the format cannot hold,
   or a full disk (no block may follow). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_add(nsym_events_writer *writer, const nsym_events *block);

/* Names the source of the blocks that follow, such as a file; messages use it. Blocks of the first source are parts of
   one sample: the attributes of a later block replace the earlier ones. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_source(nsym_events_writer *writer, const char *name);

/* Sets or replaces an attribute of the whole sample, at any time after the first block and before the end. Errors: no
   block was added. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_set_attribute(nsym_events_writer *writer, const char *name,
                                                                      const char *value);

/* Finishes the file and puts it in its place. Errors: no block was added, not even one of 0 events; a block failed;
   content that the format cannot hold; a full disk. On failure nothing is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_close(nsym_events_writer *writer);

/* Frees the writer; a file that was not closed is discarded. */
NSYM_API void nsym_events_writer_free(nsym_events_writer *writer);

/* One array of a file, as nsym_inspect reports it. Borrowed during the call. */
typedef struct nsym_array_info {
    const char *name; /* name of the dataset, npz member, csv column or event column */
    const char *type; /* "float64", "int32", ... */
    const char *unit; /* "" if it has none */
    size_t dimensions;
    uint64_t shape[8];
    uint64_t nan, infinite; /* number of such values */
    double min, max, mean;  /* over the finite values; NaN if there are none or the array is not numeric */
} nsym_array_info;

/* Calls `visit` for every array of a file, in the file's order: of any file that nsym_events_read knows, and of any
   other HDF5 or npz file of numbers. `options` may be NULL. Errors: as nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_inspect(const char *path, const nsym_read_options *options,
                                                  void (*visit)(void *context, const nsym_array_info *), void *context);

#ifdef __cplusplus
}
#endif
#endif
