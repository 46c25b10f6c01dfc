/* Event files in and out: LHE (.lhe), HDF5 (.h5, .hdf5), numpy (.npy, .npz), csv (.csv) and JSON lines (.jsonl). LHE,
   csv, JSON lines and npy are read packed as well, as .gz, .xz, .zst or .bz2; the texts are written as .gz. */
#ifndef NEARSYM_IO_H
#define NEARSYM_IO_H

#include <nearsym/events.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What arrays of three dimensions, (events, n, m), hold; of HDF5 files particles alone are read. */
typedef enum nsym_arrays {
    NSYM_ARRAYS_ASK,       /* particles; an array whose shape or zeros look like those of images is refused, with a
                              message that says how to say what it is */
    NSYM_ARRAYS_PARTICLES, /* n particles of m features; rows of zeros at an event's end are padding and dropped */
    NSYM_ARRAYS_IMAGES /* n x m cells, also (events, n, m, 1) and (events, 1, n, m): every cell that is not 0 becomes
                          a particle with the features x, y (its centre), energy and cell (its number, i m + j); the
                          attribute grid is "NxM" */
} nsym_arrays;

/* What to read: all zero means everything. */
typedef struct nsym_read_options {
    size_t max_events; /* stop after so many events; 0: all */
    /* NAME: the file is HDF5 with flat arrays, as exports of awkward-array have them. Particles have the features a, b,
       ... of the one-dimensional datasets NAME_a, NAME_b, ..., each event those from NAME_offset[i] (or
       NAME_offsets[i]) on; other numbers (events) or (events, width), and texts, are event columns. Other such
       groups, single numbers and what stands in HDF5 groups are left out. NULL: nearsym's own layout, or another format
     */
    const char *ragged;
    nsym_arrays arrays;
    double images_half; /* of images: equal cells of [-images_half, images_half] in x and y; 0: of [-1, 1] */
    /* How an HDF5 file of another program is laid out: "pandas", "lhco", "toptag", "jetnet", "mod", "lheh5", and
       "pandas:KEY" of several tables one; NULL: told by the file. docs/formats.md shows them */
    const char *layout;
    const char *features; /* "energy,px,py,pz": what particles of an array (events, n, m) without names hold, m names;
                             NULL: told by m */
    const char *only;     /* "pt,label": read these columns and features alone; NULL: all */
    bool only_if_there;   /* names of `only` that the file does not have are passed over */
    const char *drop;     /* read all but these; NULL: all */
    /* Of csv: "yes", "no" or the number of the line, from 1, that names the columns; what stands between cells, one
       character; what begins a comment, "" for nothing; "utf-8" or "latin-1". NULL: told by the first lines */
    const char *header, *delimiter, *comment, *encoding;
    uint64_t max_unpacked; /* refuse to unpack a compressed file to more bytes than this; 0: to more than 200 times its
                              size and 1 GiB */
} nsym_read_options;

/* New sample from a file (columns x, y and energy of one width above 1, which a file may hold in place of particles,
   become particles: points of a calorimeter, rows of zeros at the end dropped); what it is, is told by its content
   where that is possible (LHE, HDF5, npy, zip and packed files have magic bytes), else by its name. `options` may be
   NULL. Errors name the file and the event, line or dataset. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_read(nsym_events **out, const char *path,
                                                      const nsym_read_options *options);

/* New sample of the columns `needed` and, where the file has them, `useful` ("mass,weight"; NULL: none), and of no
   others, which may be large or damaged. Of everything where a needed one is missing, for the caller to say what there
   is, and where the file is a pipe, which cannot be read again. Errors: as nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_read_columns(nsym_events **out, const char *path, const char *needed,
                                                              const char *useful);

/* Reads a sample block by block, so that no more than a block need be in memory, where the format can be read so
   (others are read whole, at the first block). All blocks together are what nsym_events_read gives. */
typedef struct nsym_events_reader nsym_events_reader;

/* New (free with nsym_events_reader_free, NULL is fine). Errors: as nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_reader_new(nsym_events_reader **out, const char *path,
                                                            const nsym_read_options *options);

/* New sample in *block: the next events, at most `most` of them (0: about 32 MiB, a multiple of 16 events where so many
   fit, or all, where they are in memory already), fewer only at the end; NULL behind the last. A file of no events
   gives one block of none. The events know the row where they stood (nsym_events_row). Errors: as nsym_events_read;
   after one nothing follows. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_reader_next(nsym_events **block, nsym_events_reader *reader,
                                                             size_t most);
NSYM_API void nsym_events_reader_free(nsym_events_reader *reader);

/* Writes a sample in the format of the name's ending; the file appears whole or not at all (written beside it under
   another name, then renamed). HDF5 keeps everything but notes; npz, csv and JSON lines keep the numbers and the names
   of features and columns (csv and JSON lines words, too), but no units, meanings, labels or attributes; npy one
   column, or padded particles, without names. Errors: an unknown ending; what the format cannot hold is named. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_write(const nsym_events *events, const char *path);

/* Writes a sample block by block, so that with HDF5, JSON lines and, of events without particles, csv no more than a
   block need be in memory; for the other formats the blocks are gathered and written at the end. What is read back is
   what nsym_events_write makes of all blocks in one sample. */
typedef struct nsym_events_writer nsym_events_writer;

/* New, for a file at `path` (free with nsym_events_writer_free, NULL is fine). Errors: an unknown ending; of HDF5,
   csv and JSON lines a folder that is missing or may not be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_new(nsym_events_writer **out, const char *path);

/* Adds events behind those before, by the names of what they hold, as nsym_events_concat does; the block stays the
   caller's. Units, meanings and labels written are those of the first block. Errors: a block that does not fit, with
   what differs (nothing is written of it, and others may follow); what the format cannot hold, a full disk (nothing may
   follow). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_add(nsym_events_writer *writer, const nsym_events *block);

/* Says where the blocks that follow come from, such as a file, for messages. Blocks of the first source are parts of
   one sample: a later one's attributes replace those before. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_source(nsym_events_writer *writer, const char *name);

/* Sets or replaces an attribute of the whole sample, at any time between the first block and the end. Errors: no block
   was added. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_set_attribute(nsym_events_writer *writer, const char *name,
                                                                      const char *value);

/* Puts the file in its place, whole. Errors: no block was added, not even one of no events; a block failed; what the
   format cannot hold; a full disk. On failure nothing is left behind. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_writer_close(nsym_events_writer *writer);

/* Frees it; a file that was not closed is thrown away. */
NSYM_API void nsym_events_writer_free(nsym_events_writer *writer);

/* One array of a file, as nsym_inspect sees it. Borrowed during the call. */
typedef struct nsym_array_info {
    const char *name; /* dataset, npz member, csv column or event column */
    const char *type; /* "float64", "int32", ... */
    const char *unit; /* "" where there is none */
    size_t dimensions;
    uint64_t shape[8];
    uint64_t nan, infinite; /* how many */
    double min, max, mean;  /* over the finite values; NaN where there are none or it is not a number */
} nsym_array_info;

/* Calls `visit` for every array of any file that nsym_events_read knows, and of any other HDF5 or npz file of numbers,
   in the file's order. `options` may be NULL. Errors as nsym_events_read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_inspect(const char *path, const nsym_read_options *options,
                                                  void (*visit)(void *context, const nsym_array_info *), void *context);

#ifdef __cplusplus
}
#endif
#endif
