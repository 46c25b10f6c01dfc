/* What a report shows of more than two classes: areas by class and by pair, who is taken for whom, and a curve each. */
#include "report/defaults.h"

#include "base/fail.h"

/* A table over all axes and, where it is of pairs, the class. The columns are the classes in the order of the card. */
static nsym_status write_table(const nsym_default_place *p, const char *name, const char *title, bool pairs,
                               const nsym_texts *classes, const char *text, const char *caption) {
    nsym_texts rows = {0};
    for (size_t i = 0; i < p->axes.count; i++) NSYM_TRY(nsym_texts_add(&rows, p->arena, p->axes.text[i]));
    if (pairs) NSYM_TRY(nsym_texts_add(&rows, p->arena, "class"));
    nsym_default_begin(p, name, title);
    fputs("rows: ", p->yaml);
    nsym_default_list(p->yaml, &rows);
    fprintf(p->yaml, ", %s, values: ", text);
    nsym_default_list(p->yaml, classes);
    fputs(", caption: ", p->yaml);
    nsym_default_quote(p->yaml, caption);
    fputs(", ", p->yaml);
    nsym_default_end(p);
    return NSYM_OK;
}

nsym_status nsym_default_class_tables(const nsym_default_place *p) {
    nsym_texts classes = {0};
    NSYM_TRY(nsym_default_values(p, "class", &classes));
    if (!p->axes.count || !classes.count) return NSYM_OK;
    if (nsym_default_has(p, "auc_of_class"))
        NSYM_TRY(write_table(
            p, "classes", "AUC of each class against all others", false, &classes,
            "metric: auc_of_class, columns: class",
            "Score of a class: the logarithm of its odds. The AUC in the first table is the mean of these."));
    if (nsym_default_has(p, "auc_between"))
        NSYM_TRY(write_table(p, "pairs", "AUC of each class against another", true, &classes,
                             "metric: auc_between, columns: against",
                             "Only events of the two classes. Score: difference of their logits."));
    if (nsym_default_has(p, "confusion"))
        NSYM_TRY(write_table(
            p, "confusion", "Confusion matrix", true, &classes, "metric: confusion, columns: called",
            "Fraction of the events of a true class (rows) that the network assigns to each class (columns), the "
            "one with the largest logit."));
    return NSYM_OK;
}

nsym_status nsym_default_class_curves(const nsym_default_place *p) {
    if (!nsym_default_has(p, "roc_of_class")) return NSYM_OK;
    nsym_default_begin(p, "roc-of-class", "ROC curve of each class against all others");
    fputs("kind: roc, metric: roc_of_class, series: class, bands: true, caption: 'Signal is the class, background all "
          "others. Bands: error of the signal efficiency.', ",
          p->yaml);
    NSYM_TRY(nsym_default_panels(p, NULL, 12));
    fputs("}},\n", p->yaml);
    return NSYM_OK;
}
