/* What to cite: nearsym, and a study's paper, from the file cite.bib beside its card. */
#include <nearsym/study.h>

#include "base/fail.h"
#include "options/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char own[] = "@software{nearsym,\n"
                          "  title   = {{nearsym: learning from collider data whose symmetry is only nearly true}},\n"
                          "  author  = {{the nearsym authors}},\n"
                          "  version = {" NSYM_VERSION "},\n"
                          "  year    = {2026}\n"
                          "}\n";

/* The file beside a card. False: there is none. */
static bool copy_entries(FILE *out, const char *card) {
    char path[4096], buffer[4096];
    const char *slash = strrchr(card, '/');
    int folder = slash ? (int)(slash - card) + 1 : 0;
    if (snprintf(path, sizeof path, "%.*scite.bib", folder, card) >= (int)sizeof path) return false;
    FILE *file = fopen(path, "r");
    if (!file) return false;
    fputc('\n', out);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;) fwrite(buffer, 1, n, out);
    fclose(file);
    return true;
}

/* What a card says itself, as comments of BibTeX. */
static nsym_status write_citation(FILE *out, const char *path) {
    const char *citation = "";
    nsym_tree *card;
    NSYM_TRY(nsym_tree_read(&card, path));
    nsym_status status = NSYM_OK;
    if (nsym_node_at(card->root, "citation"))
        status = nsym_read_text((nsym_reader){card, card->root, ""}, "citation", &citation);
    if (status == NSYM_OK && *citation)
        fprintf(out, "\n%% The card says: %s\n", citation);
    else if (status == NSYM_OK)
        fputs("\n% The card names no paper. Cite those whose methods you use, such as those of the studies\n"
              "% approximate-invariance (hybrid networks) and encouraged-invariance (copies, penalty).\n",
              out);
    nsym_tree_free(card);
    return status;
}

static nsym_status write_study(FILE *out, const char *name) {
    char *card = NULL;
    NSYM_TRY(nsym_study_find(&card, name));
    nsym_status status = copy_entries(out, card) ? NSYM_OK : write_citation(out, card);
    free(card);
    return status;
}

nsym_status nsym_study_cite(char **text, const char *name) {
    size_t size;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    if (!out) return nsym_fail(NSYM_ENOMEM, "no memory for what to cite");
    fputs(own, out);
    nsym_status status = name ? write_study(out, name) : NSYM_OK;
    if (fclose(out) != 0 && status == NSYM_OK) status = nsym_fail(NSYM_ENOMEM, "no memory for what to cite");
    if (status == NSYM_OK) return NSYM_OK;
    free(*text);
    *text = NULL;
    return status;
}
