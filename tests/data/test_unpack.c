/* Packed files: read to their end or to an error, whatever packed them. */
#include "data/temporary.h"

#include "data/unpack.h"

#include <nearsym/formats/lhe.h>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

enum { PACKERS = 4, ROOM = 1 << 16 };
static const char *const names[PACKERS] = {"gzip", "xz", "zstd", "bzip2"};
static const char *const endings[PACKERS] = {".gz", ".xz", ".zst", ".bz2"};

/* Packs a text by the library itself; gives the length. */
static size_t pack(unsigned char *to, size_t packer, const char *text) {
    size_t n = strlen(text), used = 0;
    unsigned room = ROOM;
    if (packer == 0) {
        z_stream z = {.next_in = (unsigned char *)text, .avail_in = (unsigned)n, .next_out = to, .avail_out = ROOM};
        assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        used = z.total_out;
        deflateEnd(&z);
    } else if (packer == 1) {
        assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text, n, to, &used, ROOM),
                         LZMA_OK);
    } else if (packer == 2) {
        ZSTD_CCtx *c = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
        used = ZSTD_compress2(c, to, ROOM, text, n);
        assert_false(ZSTD_isError(used));
        ZSTD_freeCCtx(c);
    } else {
        assert_int_equal(BZ2_bzBuffToBuffCompress((char *)to, &room, (char *)text, (unsigned)n, 1, 0, 0), BZ_OK);
        used = room;
    }
    return used;
}

/* Everything in the file is the text. */
static void assert_reads(const char *path, const char *text) {
    unsigned char *bytes;
    size_t n;
    if (nsym_unpack_all(&bytes, &n, path, 0) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(n, strlen(text));
    assert_memory_equal(bytes, text, n);
    free(bytes);
}

static void assert_says(const char *path, const char *words) {
    unsigned char *bytes;
    size_t n;
    assert_int_not_equal(nsym_unpack_all(&bytes, &n, path, 0), NSYM_OK);
    assert_null(bytes);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_non_null(strstr(nsym_message(), path));
}

static void pieces_and_padding_are_read_to_the_end(void **state) {
    (void)state;
    for (size_t k = 0; k < PACKERS; k++) {
        unsigned char *all = calloc(4, ROOM);
        char *path = in_folder("pieces");
        size_t n = pack(all, k, "first,piece\n");
        n += pack(all + n, k, "second\n");
        write_bytes(path, all, n);
        assert_reads(path, "first,piece\nsecond\n");
        n += 1000; /* zeros */
        write_bytes(path, all, n);
        assert_reads(path, "first,piece\nsecond\n");
        n += pack(all + n, k, ""); /* as bgzip ends its files */
        n += pack(all + n, k, "third");
        write_bytes(path, all, n);
        assert_reads(path, "first,piece\nsecond\nthird");
        free(all);
    }
}

static void what_else_follows_is_an_error_with_its_place(void **state) {
    (void)state;
    for (size_t k = 0; k < PACKERS; k++) {
        unsigned char all[2 * ROOM] = {0};
        char *path = in_folder("behind"), words[64];
        size_t n = pack(all, k, "x\n1\n");
        snprintf(words, sizeof words, "follow the %s data at byte %zu;", names[k], n);
        memcpy(all + n, "x\n2\n", 4);
        write_bytes(path, all, n + 4);
        assert_says(path, words);
        n += 512;
        memset(all + n - 512, 0, 512);
        snprintf(words, sizeof words, "follow the %s data at byte %zu;", names[k], n);
        memcpy(all + n, "garbage", 7);
        write_bytes(path, all, n + 7);
        assert_says(path, words);
        pack(all + n, (k + 1) % PACKERS, "x\n2\n");
        write_bytes(path, all, n + 20);
        assert_says(path, words);
    }
}

/* Every cut is an error; of every changed byte too, but for those that say nothing of the content (a time, a name). */
static void cut_and_damaged_bytes_never_give_other_content(void **state) {
    (void)state;
    static const char text[] = "pt,eta\n10.5,0.1\n20.5,0.2\n30.5,0.3\n30.5,0.3\n30.5,0.3\n";
    for (size_t k = 0; k < PACKERS; k++) {
        unsigned char all[ROOM], *bytes;
        char *path = in_folder("damaged");
        size_t n = pack(all, k, text), got;
        for (size_t cut = 7; cut < n; cut++) {
            write_bytes(path, all, cut);
            assert_says(path, "is cut off at byte");
        }
        size_t refused = 0;
        for (size_t i = 0; i < n; i++) {
            all[i] ^= 0x41;
            write_bytes(path, all, n);
            if (nsym_unpack_all(&bytes, &got, path, 0) != NSYM_OK)
                refused++;
            else if (i > 5) /* a file with other first bytes is another plain file */
                assert_memory_equal(bytes, text, sizeof text - 1);
            free(bytes);
            all[i] ^= 0x41;
        }
        assert_true(refused > n - 16);
    }
}

static void more_than_is_allowed_is_refused_with_the_way_out(void **state) {
    (void)state;
    char *text = calloc(1, 20001);
    memset(text, '\n', 20000);
    for (size_t k = 0; k < PACKERS; k++) {
        unsigned char all[ROOM], *bytes;
        char *path = in_folder("bomb");
        size_t n = pack(all, k, text);
        write_bytes(path, all, n);
        assert_int_equal(nsym_unpack_all(&bytes, &n, path, 19999), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "--max-unpacked 500G"));
        assert_int_equal(nsym_unpack_all(&bytes, &n, path, 20000), NSYM_OK);
        free(bytes);
    }
    free(text);
    const uint64_t gib = UINT64_C(1) << 30;
    assert_int_equal(nsym_unpack_check(gib, 1, 0), NSYM_OK);
    assert_int_equal(nsym_unpack_check(gib + 1, 1, 0), NSYM_EINVAL);
    assert_int_equal(nsym_unpack_check(200 * (gib / 10), gib / 10, 0), NSYM_OK);
    assert_int_equal(nsym_unpack_check(201 * (gib / 10), gib / 10, 0), NSYM_EINVAL);
    assert_int_equal(nsym_unpack_check(201 * (gib / 10), gib / 10, 300 * gib), NSYM_OK);
}

static const char lhe[] =
    "<LesHouchesEvents version=\"3.0\">\n<init>\n2212 2212 6500 6500 0 0 0 0 3 1\n1 0.1 1 1\n</init>\n"
    "<event>\n1 1 1 91 0.007 0.1\n13 1 0 0 0 0 1 2 3 4 0 0 9\n</event>\n</LesHouchesEvents>\n";

static const struct {
    const char *name, *text;
} formats[] = {{"a.lhe", lhe}, {"a.csv", "pt,eta\n10.5,0.1\n"}, {"a.jsonl", "{\"pt\": 1}\n"}};
enum { FORMATS = sizeof formats / sizeof *formats };

static void every_format_of_text_is_read_packed(void **state) {
    (void)state;
    for (size_t f = 0; f < FORMATS; f++)
        for (size_t k = 0; k < PACKERS; k++) {
            unsigned char all[ROOM];
            char name[32];
            snprintf(name, sizeof name, "%s%s", formats[f].name, endings[k]);
            size_t n = pack(all, k, formats[f].text);
            write_bytes(in_folder(name), all, n);
            nsym_events *events = read_events(in_folder(name));
            assert_int_equal(events->count, 1);
            nsym_events_free(events);
            write_bytes(in_folder(name), all, n - 3);
            assert_refused(in_folder(name), "is cut off at byte");
            write_bytes(in_folder(name), all, n);
            const nsym_read_options few = {.max_unpacked = 5};
            assert_int_equal(nsym_events_read(&events, in_folder(name), &few), NSYM_EINVAL);
            assert_non_null(strstr(nsym_message(), "--max-unpacked"));
            assert_non_null(strstr(nsym_message(), name));
        }
}

static void numpy_arrays_are_read_packed_and_their_limits_kept(void **state) {
    (void)state;
    nsym_events *events, *back;
    double *x;
    unsigned char all[ROOM];
    size_t n;
    assert_int_equal(nsym_events_new(&events, 1000), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x", "", "", 1, &x), NSYM_OK);
    x[999] = 2;
    assert_int_equal(nsym_events_write(events, in_folder("x.npy")), NSYM_OK);
    assert_int_equal(nsym_events_write(events, in_folder("x.npz")), NSYM_OK);
    unsigned char *plain = read_bytes(in_folder("x.npy"), &n);
    z_stream z = {.next_in = plain, .avail_in = (unsigned)n, .next_out = all, .avail_out = ROOM};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    write_bytes(in_folder("x.npy.gz"), all, z.total_out);
    deflateEnd(&z);
    back = read_events(in_folder("x.npy.gz"));
    assert_same(events, back);
    nsym_events_free(back);
    plain[n] = 0, plain[n + 1] = 1;
    write_bytes(in_folder("two.npy"), plain, n + 1);
    back = read_events(in_folder("two.npy"));
    nsym_events_free(back);
    write_bytes(in_folder("two.npy"), plain, n + 2);
    assert_refused(in_folder("two.npy"), "more follows the array at byte 8129");
    static const char *const few_names[] = {"x.npy.gz", "x.npz"};
    for (size_t i = 0; i < 2; i++) {
        const nsym_read_options few = {.max_unpacked = 8000}, enough = {.max_unpacked = 8200};
        assert_int_equal(nsym_events_read(&back, in_folder(few_names[i]), &few), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "--max-unpacked"));
        assert_int_equal(nsym_events_read(&back, in_folder(few_names[i]), &enough), NSYM_OK);
        nsym_events_free(back);
    }
    free(plain);
    nsym_events_free(events);
}

static void what_is_not_read_says_what_to_do(void **state) {
    (void)state;
    static const struct {
        const char *name, *bytes, *words;
        size_t n;
    } files[] = {
        {"a.hepmc", "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\n", "is HepMC text", 40},
        {"b.hepmc", "\nHepMC::Version 2.06.09\nHepMC::IO_GenEvent-START_EVENT_LISTING\n", "pyhepmc", 40},
        {"a.csv.lz4", "\x04\x22\x4D\x18rest", "lz4 -d", 8},
        {"a.parquet", "PAR1rest", "pandas.read_parquet", 8},
        {"a.zip",
         "PK\5\6"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
         "holds no arrays", 22},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        write_bytes(in_folder(files[i].name), files[i].bytes, files[i].n);
        assert_refused(in_folder(files[i].name), files[i].words);
    }
    unsigned char all[ROOM];
    write_bytes(in_folder("a.h5.gz"), all, pack(all, 0, "\x89HDF\r\n\x1a\nrest"));
    assert_refused(in_folder("a.h5.gz"), "is HDF5 packed by gzip; unpack it first: gzip -dk");
}

static void what_cannot_be_written_packed_is_refused(void **state) {
    (void)state;
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x", "", "", 1, NULL), NSYM_OK);
    assert_int_equal(nsym_events_write(events, in_folder("x.csv.xz")), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "nearsym does not write csv packed as .xz; write "));
    assert_non_null(strstr(nsym_message(), "x.csv.gz"));
    assert_int_equal(nsym_events_write(events, in_folder("x.h5.gz")), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "nearsym does not write HDF5 packed as .gz; write "));
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_and_padding_are_read_to_the_end),
        cmocka_unit_test(what_else_follows_is_an_error_with_its_place),
        cmocka_unit_test(cut_and_damaged_bytes_never_give_other_content),
        cmocka_unit_test(more_than_is_allowed_is_refused_with_the_way_out),
        cmocka_unit_test(every_format_of_text_is_read_packed),
        cmocka_unit_test(numpy_arrays_are_read_packed_and_their_limits_kept),
        cmocka_unit_test(what_is_not_read_says_what_to_do),
        cmocka_unit_test(what_cannot_be_written_packed_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
