#include <nearsym/libraries.h>

#include <bzlib.h>
#include <dnnl.h>
#include <hdf5.h>
#include <jansson.h>
#include <lzma.h>
#include <muParserDLL.h>
#include <protobuf-c/protobuf-c.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

#ifdef NSYM_LZF
static const char lzf_version[] = "";
#else
static const char *const lzf_version = NULL;
#endif

/* "2.3.3 (Release)" without what stands behind the number. */
static const char *muparser_version(char *text, size_t size) {
    muParserHandle_t parser = mupCreate(muBASETYPE_FLOAT);
    snprintf(text, size, "%s", parser ? mupGetVersion(parser) : "");
    if (parser) mupRelease(parser);
    text[strcspn(text, " ;(")] = '\0';
    return text;
}

void nsym_libraries(void (*visit)(void *context, const char *name, const char *version, const char *purpose),
                    void *context) {
    char onednn[32], hdf5[32], bzip2[32], muparser[64];
    unsigned major = 0, minor = 0, patch = 0;
    const dnnl_version_t *dnnl = dnnl_version();
    snprintf(onednn, sizeof onednn, "%d.%d.%d", dnnl->major, dnnl->minor, dnnl->patch);
    H5get_libversion(&major, &minor, &patch);
    snprintf(hdf5, sizeof hdf5, "%u.%u.%u", major, minor, patch);
    snprintf(bzip2, sizeof bzip2, "%s", BZ2_bzlibVersion()); /* "1.0.8, 13-Jul-2019" */
    bzip2[strcspn(bzip2, ",")] = '\0';
    visit(context, "oneDNN", onednn, "dense arithmetic of networks");
    visit(context, "HDF5", hdf5, "HDF5 files");
    visit(context, "zlib", zlibVersion(), "files packed by gzip, npz files");
    visit(context, "liblzma", lzma_version_string(), "files packed by xz");
    visit(context, "zstd", ZSTD_versionString(), "files packed by zstd");
    visit(context, "bzip2", bzip2, "files packed by bzip2");
    visit(context, "liblzf", lzf_version, "HDF5 files that h5py packed with lzf");
    visit(context, "libyaml", yaml_get_version_string(), "study cards");
    visit(context, "SQLite", sqlite3_libversion(), "the ledger of finished runs");
    visit(context, "jansson", JANSSON_VERSION, "JSON");
    visit(context, "cminpack", "", "least squares of mass fits");
    visit(context, "muParser", muparser_version(muparser, sizeof muparser), "expressions of a card");
    visit(context, "protobuf-c", protobuf_c_version(), "ONNX files");
}

const char *nsym_compiler(void) {
#ifdef __clang__
    return "clang " __clang_version__;
#elif defined __GNUC__
    return "gcc " __VERSION__;
#else
    return "unknown";
#endif
}
