/* A model of weights that another program trained, by a card. */
#include <nearsym/study.h>

#include "base/fail.h"
#include "nn/import.h"
#include "sources/files.h"
#include "study/card.h"

#include <stdio.h>
#include <string.h>

/* Where the weights came from: the file's name and the mark of its content. */
static nsym_status tell_origin(nsym_model *model, const char *weights) {
    char mark[sizeof((nsym_data_card){0}.file_mark)], text[4500];
    NSYM_TRY(nsym_file_mark(mark, weights));
    snprintf(text, sizeof text, "%s (%s)", weights, mark);
    return nsym_model_set_attribute(model, "imported_from", text);
}

static nsym_status fill(nsym_model *model, const nsym_run_card *card, const nsym_tree *tree, const char *weights) {
    nsym_named_list list;
    NSYM_TRY(nsym_named_read(&list, weights));
    nsym_status status = nsym_model_import(model, &list);
    if (status != NSYM_OK) nsym_fail_in(status, "%s: ", weights);
    nsym_named_free(&list);
    if (status == NSYM_OK) status = nsym_card_tell_events(model, card, tree);
    return status == NSYM_OK ? tell_origin(model, weights) : status;
}

static nsym_status import(const nsym_tree *tree, const char *name, const char *weights, const char *path) {
    nsym_run_card card;
    nsym_model *model = NULL;
    NSYM_TRY(nsym_card_choose(&name, tree, name));
    NSYM_TRY(nsym_card_read(&card, tree, name));
    if (card.column)
        return nsym_fail_at(tree, nsym_node_at(tree->root, "models"),
                            "models.%s is of kind column: it has no network and takes no weights", name);
    nsym_status status = nsym_model_new(&model, &card.spec);
    if (status == NSYM_OK) status = fill(model, &card, tree, weights);
    if (status == NSYM_OK) status = nsym_model_save(model, path);
    nsym_model_free(model);
    return status;
}

nsym_status nsym_study_import(const nsym_study_options *options, const char *model, const char *weights,
                              const char *path) {
    nsym_tree *tree;
    NSYM_TRY(nsym_card_open(&tree, options));
    nsym_status status = import(tree, model, weights, path);
    nsym_tree_free(tree);
    return status;
}
