/* The file formats of events, one row each. */
#ifndef NSYM_DATA_FORMATS_H
#define NSYM_DATA_FORMATS_H

#include <nearsym/io.h>
#include <stdbool.h>

typedef void (*nsym_visit)(void *context, const nsym_array_info *array);

/* A file that is read block by block. */
typedef struct nsym_block_source {
    void *state;
    /* New sample of the next events, at most `most`; *block NULL behind the last. A file of no events gives one block
       of none. The reader says where they stood in the file (nsym_events: origin). */
    nsym_status (*next)(void *state, nsym_events **block, size_t most);
    void (*close)(void *state); /* frees it; NULL is not passed */
} nsym_block_source;

/* A file that is written block by block. */
typedef struct nsym_block_sink {
    void *state;
    bool only_columns; /* events with particles have to be written whole: it is to be abandoned */
    /* Writes events behind those before. They have the features of `head`, a sample of none, in its order, and its
       columns in any order; its lists of words are those so far. Errors: what the format cannot hold; a full disk. */
    nsym_status (*put)(void *state, const nsym_events *head, const nsym_events *block);
    /* Puts the file, whole, in its place; `head` has the attributes of all. Frees it, also on failure. */
    nsym_status (*commit)(void *state, const nsym_events *head);
    void (*abandon)(void *state); /* frees it, and leaves nothing behind */
} nsym_block_sink;

typedef struct nsym_format {
    const char *name;
    const char *const *endings;                         /* ".h5", ".hdf5", NULL */
    const char *const *also_read;                       /* endings of files to read alone, NULL at the end; or NULL */
    bool (*sniff)(const unsigned char *head, size_t n); /* knows it by its first bytes (unpacked); NULL: not that way */
    nsym_status (*read)(nsym_events **out, const char *path, const nsym_read_options *options); /* options not NULL */
    nsym_status (*write)(const nsym_events *events, const char *path);
    /* NULL: as the events it reads */
    nsym_status (*inspect)(const char *path, const nsym_read_options *options, nsym_visit visit, void *context);
    /* Opens a file to be read block by block; NULL, or no out->next afterwards: it is read whole */
    nsym_status (*open)(nsym_block_source *out, const char *path, const nsym_read_options *options);
    /* Opens a file to be written block by block; NULL: it is written whole */
    nsym_status (*create)(nsym_block_sink *out, const char *path);
    bool selects; /* the reader itself leaves out columns and features that are not wanted (data/wanted.h), and refuses
                     names that are not there */
    bool notes;   /* the writer keeps the events' notes */
    bool unpacks, packs; /* files packed as data/unpack.h tells are read; .gz is written, and pipes are read: text */
} nsym_format;

/* The format of a file to read, by its content, else by its name, or of one to write, by its name; borrowed for ever.
   Errors: no such file; a name of no known ending, which lists those there are; a packed file that is not read or
   written so; what is known and not read, such as ROOT; a folder or a socket; a pipe, of a format other than text. */
NSYM_MUST_CHECK nsym_status nsym_format_of_file(const nsym_format **out, const char *path);
NSYM_MUST_CHECK nsym_status nsym_format_of_name(const nsym_format **out, const char *path);

/* Whether the bytes of a file can be read once only: a pipe, or "-", standard input. */
bool nsym_comes_once(const char *path);

/* Errors: options of other formats. */
NSYM_MUST_CHECK nsym_status nsym_format_takes(const nsym_format *format, const char *path,
                                              const nsym_read_options *options);

/* What is done to the events of all formats, whole or of a block: points become particles, and what is not wanted is
   left out where the format did not do so. Errors: names of features that were not used. */
NSYM_MUST_CHECK nsym_status nsym_format_finish(const nsym_format *format, const char *path,
                                               const nsym_read_options *options, nsym_events *events);

nsym_status nsym_lhe_read_events(nsym_events **out, const char *path, const nsym_read_options *options);
nsym_status nsym_lhe_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options);
nsym_status nsym_lhe_write_events(const nsym_events *events, const char *path);

nsym_status nsym_hdf5_read_events(nsym_events **out, const char *path, const nsym_read_options *options);
nsym_status nsym_hdf5_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options);
nsym_status nsym_hdf5_write_events(const nsym_events *events, const char *path);
nsym_status nsym_hdf5_create_events(nsym_block_sink *out, const char *path);
nsym_status nsym_hdf5_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context);

nsym_status nsym_npy_read_events(nsym_events **out, const char *path, const nsym_read_options *options);
nsym_status nsym_npy_write_events(const nsym_events *events, const char *path);
nsym_status nsym_npy_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context);

nsym_status nsym_npz_read_events(nsym_events **out, const char *path, const nsym_read_options *options);
nsym_status nsym_npz_write_events(const nsym_events *events, const char *path);
nsym_status nsym_npz_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context);

nsym_status nsym_csv_read_events(nsym_events **out, const char *path, const nsym_read_options *options);
nsym_status nsym_csv_write_events(const nsym_events *events, const char *path);
nsym_status nsym_csv_create_events(nsym_block_sink *out, const char *path);
nsym_status nsym_csv_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options);
nsym_status nsym_csv_inspect(const char *path, const nsym_read_options *options, nsym_visit visit, void *context);

nsym_status nsym_jsonl_read_events(nsym_events **out, const char *path, const nsym_read_options *options);
nsym_status nsym_jsonl_open_events(nsym_block_source *out, const char *path, const nsym_read_options *options);
nsym_status nsym_jsonl_write_events(const nsym_events *events, const char *path);
nsym_status nsym_jsonl_create_events(nsym_block_sink *out, const char *path);

#endif
