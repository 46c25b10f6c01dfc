#include "report/folder.h"

/* Two models at epochs 1 and 10, the paper beside one of them. */
static const char results[] =
    "{\"study\":\"small\",\"preset\":\"quick\",\"seconds\":75.5,\"results\":["
    "{\"model\":\"general\",\"size\":20000,\"epoch\":1,\"metric\":\"auc\",\"mean\":0.6,\"std\":0.02,\"members\":5,"
    "\"reference\":0.7,\"reference_std\":0.02,\"pull\":-3.54},"
    "{\"model\":\"general\",\"size\":20000,\"epoch\":10,\"metric\":\"auc\",\"mean\":0.7512,\"std\":0.0013,\"members\":"
    "5,"
    "\"reference\":0.75,\"reference_std\":0.002,\"pull\":0.5},"
    "{\"model\":\"hybrid\",\"size\":20000,\"epoch\":1,\"metric\":\"auc\",\"mean\":0.7,\"std\":0.004,\"members\":5},"
    "{\"model\":\"hybrid\",\"size\":20000,\"epoch\":10,\"metric\":\"auc\",\"mean\":0.77,\"std\":0.002,\"members\":5}],"
    "\"files\":[]}";

static const char curves[] = "figures:\n  - {name: auc, kind: curves, title: The AUC, metric: auc, x: epoch, "
                             "where: {size: 2e4}, ylabel: AUC}\n";

static void a_curve_has_the_numbers_and_the_paper_beside_them(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", curves);
    report_is_written(f);
    const char *csv = read_text(f, "figures/auc.csv"), *gp = read_text(f, "figures/auc.gp");
    assert_has(csv, "curve,epoch,mean,total,reference,reference_error,model,metric\n");
    assert_has(csv, "1,1,0.6,0.02,0.7,0.02,general,auc\n1,10,0.7512,0.0013,0.75,0.002,general,auc\n");
    assert_has(csv, "2,10,0.77,0.002,,,hybrid,auc\n");
    assert_has(gp, "edge(side) = column('mean') + side * column('total')");
    assert_has(gp, "yerrorbars");
    /* The lowest and highest of mean -+ std and reference -+ std, with 6 % of their distance around them. */
    assert_has(gp, "set yrange [0.56848:0.78352]");
}

static void a_reference_without_a_spread_is_drawn(void **state) {
    fixture *f = *state;
    write_text(
        f, "results.json",
        "{\"study\":\"s\",\"results\":[{\"model\":\"a\",\"epoch\":1,\"metric\":\"auc\",\"mean\":0.5,\"std\":null,"
        "\"reference\":0.51}]}");
    write_text(f, "study.resolved.yaml", "figures:\n  - {name: auc, kind: curves, metric: auc}\n");
    report_is_written(f);
    assert_has(read_text(f, "figures/auc.csv"), "1,1,0.5,,0.51,,a,auc\n");
    assert_has(read_text(f, "figures/auc.gp"), "(of(1)):\"reference\" with points");
    if (exists(f, "figures/auc.svg"))
        assert_null(strstr(read_text(f, "report.html"), "Not shown"));
    else
        assert_has(read_text(f, "report.html"), "gnuplot was not found");
}

static void a_table_has_ours_the_papers_and_the_pull(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "tables:\n  - {name: t, title: AUC by epoch, metric: auc, rows: [model], columns: epoch, values: [1, "
               "last, 50]}\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(html,
               "<td class=\"n\">0.600<span class=\"e\"> ± 0.020</span></td><td class=\"n\">0.7512<span class=\"e\"> ± "
               "0.0013</span></td></tr>");
    assert_null(strstr(html, ">50<")); /* a column that no row has a number for is left out */
    assert_has(html, "<td class=\"n far\"><span>−3.5</span></td><td class=\"n fine\"><span>+0.5</span></td>");
    assert_has(read_text(f, "tables/t.csv"), "general,10,auc,0.7512,0.0013,,0.0013,0.0013,,,,5,0.75,0.002,,0.5,,\n");
    assert_has(read_text(f, "tables/t.md"), "| general | ours | 0.600 ± 0.020 | 0.7512 ± 0.0013 | \n");
    char *text;
    assert_int_equal(nsym_report_table_text(&text, f->folder), NSYM_OK);
    f->text[f->texts++] = text;
    assert_has(text, "AUC by epoch\n  model                  epoch 1       epoch last\n"
                     "  general  ours    0.600 ± 0.020  0.7512 ± 0.0013\n"
                     "           paper   0.700 ± 0.020  0.7500 ± 0.0020\n"
                     "           pull          !! -3.5             +0.5\n");
}

static void numbers_stand_in_the_text(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "text:\n  - heading: What it says\n    body: |\n      With p_{T} the *hybrid* has ${auc model=hybrid "
               "epoch=last} "
               "for γ* → μμ,\n      and none has ${auc model=none epoch=1}.\n\n      A second paragraph & its end.\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(html,
               "<h2>What it says</h2>\n<p>With p<sub>T</sub> the <em>hybrid</em> has 0.7700 ± 0.0020 for γ* → μμ,\n"
               "and none has –.</p>\n<p>A second paragraph &amp; its end.");
    assert_has(html, "1 min 15 s");
    assert_null(strstr(html, "http")); /* self-contained, but for the drawings' namespaces, and there is no drawing */
}

static void hostile_text_stays_text(void **state) {
    fixture *f = *state;
    write_text(f, "results.json",
               "{\"study\":\"<script>alert(1)</script>\",\"results\":["
               "{\"model\":\"it's \\\"a\\\", `id` & {b}_c\\n!touch "
               "x\\\\\",\"epoch\":1,\"metric\":\"auc\",\"mean\":0.6,\"std\":0.1},"
               "{\"model\":\"it's \\\"a\\\", `id` & {b}_c\\n!touch "
               "x\\\\\",\"epoch\":2,\"metric\":\"auc\",\"mean\":0.7,\"std\":0.1}]}");
    write_text(f, "study.resolved.yaml",
               "title: \"<script>x</script>\"\nfigures:\n  - {name: auc, kind: curves, metric: auc, "
               "title: \"<script>'\\n!touch x \\\\\"}\n"
               "tables:\n  - {name: t, metric: auc, rows: model, columns: epoch}\n");
    report_is_written(f);
    const char *html = read_text(f, "report.html"), *gp = read_text(f, "figures/auc.gp");
    assert_null(strstr(html, "<script"));
    assert_has(html, "&lt;script&gt;x&lt;/script&gt;");
    assert_has(html, "it&#39;s &quot;a&quot;, `id` &amp; {b}_c");
    assert_has(gp, "title 'it''s \"a\", `id` and \\{b\\}\\_c !touch x\\\\'");
    assert_null(strstr(gp, "\n!touch"));
    assert_null(strstr(gp, "\\\n\n")); /* no remark runs on into the next line */
    assert_false(exists(f, "figures/x"));
    assert_has(read_text(f, "figures/auc.csv"), "\"it's \"\"a\"\", `id` & {b}_c !touch x\\\",auc\n");
    if (exists(f, "figures/auc.svg")) assert_has(html, "<svg role=\"img\"");
}

static void what_is_missing_is_said_and_the_rest_is_shown(void **state) {
    fixture *f = *state;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml",
               "figures:\n"
               "  - {name: auc, kind: curves, metric: auc}\n"
               "  - {name: later, kind: curves, metric: loss, where: {size: 100000}}\n"
               "  - {name: pt, kind: histogram, column: pt, range: [0, 100]}\n"
               "tables:\n  - {name: none, metric: loss, rows: [model]}\n");
    write_text(f, "results.json", results);
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_has(html, "3 of 4 tables and figures cannot be shown");
    assert_has(html, "Not shown: no result has the metric &#39;loss&#39;; there is auc<");
    assert_has(html, "Not shown: the study keeps no samples; an experiment keeps them with keep: true<");
    char *missing;
    assert_int_equal(nsym_report_draw(&missing, f->folder), NSYM_OK);
    f->text[f->texts++] = missing;
    assert_string_equal(missing, "table 'none': no result has the metric 'loss'; there is auc\n"
                                 "figure 'later': no result has the metric 'loss'; there is auc\n"
                                 "figure 'pt': the study keeps no samples; an experiment keeps them with keep: true\n");
    assert_true(exists(f, "figures/auc.csv"));
    assert_false(exists(f, "figures/later.csv"));
}

/* A figure's number is never without the paper that counts it. */
static void numbers_of_a_paper_are_told_with_the_paper(void **state) {
    static const char entries[] = "tables:\n  - {name: t, title: AUC, metric: auc, rows: [model], columns: epoch, "
                                  "paper: Fig. 4}\n";
    static const struct {
        const char *top, *words;
    } cases[] = {
        {"paper: A & B\ncitation: \"A, B & C, *On it*, PRD 1\"\n", "(Fig. 4 of A &amp; B)</span></h3>"},
        {"citation: \"A, B & C, *On it*, PRD 1\"\n", "(Fig. 4 of A, B &amp; C)</span></h3>"},
        {"", "(Fig. 4)</span></h3>"},
    };
    fixture *f = *state;
    write_text(f, "results.json", results);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char card[512];
        snprintf(card, sizeof card, "%s%s", cases[i].top, entries);
        write_text(f, "study.resolved.yaml", card);
        report_is_written(f);
        assert_has(read_text(f, "report.html"), cases[i].words);
    }
}

/* Of metric, coordinates and values that one is named that does not exist, with those that do. */
static void what_does_not_exist_is_named(void **state) {
    static const struct {
        const char *entry, *words;
    } cases[] = {
        {"figures:\n  - {name: x, kind: curves, metric: auc, where: {model: pfnx}}\n",
         "figure 'x': no result of auc has model 'pfnx'; there are general, hybrid\n"},
        {"figures:\n  - {name: x, kind: curves, metric: auc, where: {modle: general}}\n",
         "figure 'x': no result of auc has a coordinate 'modle'; there are model, size, epoch\n"},
        {"figures:\n  - {name: x, kind: curves, metric: auc, where: {model: [a, b], size: last}}\n",
         "figure 'x': no result of auc has model 'a' or 'b'; there are general, hybrid\n"},
        {"figures:\n  - {name: x, kind: curves, metric: auc, series: recipe}\n",
         "figure 'x': no result of auc has a coordinate 'recipe'; there are model, size, epoch\n"},
        {"figures:\n  - {name: x, kind: curves, metric: auc, panels: [size, binning]}\n",
         "figure 'x': no result of auc has a coordinate 'binning'; there are model, size, epoch\n"},
        {"figures:\n  - {name: x, kind: curves, metric: auc, where: {size: 2000}}\n",
         "figure 'x': no result of auc has size '2000'; there is 20000\n"},
        {"tables:\n  - {name: x, metric: auc, rows: [model, recipe]}\n",
         "table 'x': no result of auc has a coordinate 'recipe'; there are model, size, epoch\n"},
        {"tables:\n  - {name: x, metric: auc, rows: [model], columns: epoch, where: {epoch: 3}}\n",
         "table 'x': no result of auc has epoch '3'; there are 1, 10\n"},
    };
    fixture *f = *state;
    write_text(f, "results.json", results);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *missing;
        write_text(f, "study.resolved.yaml", cases[i].entry);
        assert_int_equal(nsym_report_draw(&missing, f->folder), NSYM_OK);
        f->text[f->texts++] = missing;
        assert_string_equal(missing, cases[i].words);
    }
    char *none;
    write_text(f, "study.resolved.yaml", "tables:\n  - {name: x, metric: auc, rows: [model], columns: epoch}\n");
    assert_int_equal(nsym_report_draw(&none, f->folder), NSYM_OK);
    assert_null(none);
}

/* Nobody misses a table or figure of experiments that the run left out; one of an experiment that ran is missed. */
static void what_a_run_leaves_out_is_not_missed(void **state) {
    static const char entries[] =
        "figures:\n  - {name: a, kind: curves, metric: loss, where: {experiment: left}}\n"
        "tables:\n  - {name: b, metric: loss, rows: [model], where: {experiment: [left, out]}}\n"
        "  - {name: c, metric: loss, rows: [model], where: {experiment: ran}}\n";
    static const char *const cards[] = {"experiments: {ran: {}, left: {skip: true}, out: {skip: true}}\n",
                                        "experiments: {ran: {}, left: {}, out: {}}\nonly: [ran]\n"};
    fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        char card[1024];
        snprintf(card, sizeof card, "%s%s", cards[i], entries);
        write_text(f, "results.json", results);
        write_text(f, "study.resolved.yaml", card);
        report_is_written(f);
        const char *html = read_text(f, "report.html");
        assert_has(html, "1 of 1 tables and figures cannot be shown");
        assert_null(strstr(html, "figure-a"));
        assert_null(strstr(html, "table-b"));
    }
}

static void a_missing_gnuplot_leaves_numbers_and_scripts(void **state) {
    fixture *f = *state;
    char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
    assert_non_null(path);
    f->text[f->texts++] = path;
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", curves);
    setenv("PATH", f->folder, 1);
    nsym_status status = nsym_report_write(f->folder);
    setenv("PATH", path, 1);
    assert_int_equal(status, NSYM_OK);
    assert_true(exists(f, "figures/auc.csv") && exists(f, "figures/auc.gp"));
    assert_has(read_text(f, "report.html"), "Not shown: gnuplot was not found");
}

static void ambiguous_rows_are_not_mixed(void **state) {
    fixture *f = *state;
    write_text(
        f, "results.json",
        "{\"study\":\"s\",\"results\":[{\"model\":\"a\",\"recipe\":\"x\",\"epoch\":1,\"metric\":\"auc\",\"mean\":0.5},"
        "{\"model\":\"a\",\"recipe\":\"y\",\"epoch\":1,\"metric\":\"auc\",\"mean\":0.6}]}");
    write_text(f, "study.resolved.yaml", "tables:\n  - {name: t, metric: auc, rows: model, columns: epoch}\n");
    report_is_written(f);
    assert_has(read_text(f, "report.html"), "they differ in recipe");
}

static void mistakes_in_the_card_are_named(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"figures:\n  - {name: a, kind: curve, metric: auc}\n", "curves"},
        {"figures:\n  - {name: a, kind: curves, metrc: auc}\n", "metric"},
        {"figures:\n  - {name: ../a, kind: curves, metric: auc}\n", "names the figure's files"},
        {"figures:\n  - {name: a, kind: curves, metric: auc, y_range: [1, 0]}\n", "two numbers, [low, high]"},
        {"figures:\n  - {name: a, kind: histogram, column: pt}\n", "a range"},
        {"figures:\n  - {name: a, kind: histogram, columns: {pt: [1, 0]}}\n", "columns must be two numbers"},
        {"figures:\n  - {name: a, kind: histogram, columns: {pt: [0, 1]}, range: [0, 1]}\n", "leave out"},
        {"figures:\n  - {name: a, kind: histogram, column: pt, columns: {pt: [0, 1]}}\n", "leave out"},
        {"figures:\n  - {name: a, kind: histogram, columns: {pt: [0, 1]}, x_log: true}\n", "cannot be logarithmic"},
        {"figures:\n  - {name: a, kind: density, x: m, y: o, x_range: [0, 1], y_range: [0, 1], bins: [0, 5]}\n",
         "bins"},
        {"tables:\n  - {name: a}\n", "no metric"},
        {"tables: {a: b}\n", "must be a list"},
    };
    write_text(f, "results.json", results);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_text(f, "study.resolved.yaml", wrong[i][0]);
        assert_int_equal(nsym_report_write(f->folder), NSYM_EINVAL);
        assert_has(nsym_message(), "study.resolved.yaml:");
        assert_has(nsym_message(), wrong[i][1]);
    }
}

static void damaged_results_are_refused_with_their_place(void **state) {
    fixture *f = *state;
    write_text(f, "study.resolved.yaml", "study: s\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EIO);
    write_text(f, "results.json", "{\"results\":\n [1,\n");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EFORMAT);
    assert_has(nsym_message(), "results.json:3:");
    write_text(f, "results.json", "{\"results\":[{\"mean\":1}]}");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EFORMAT);
    assert_has(nsym_message(), "results[0] has no text \"metric\"");
    write_text(f, "results.json", "{\"results\":[],\"files\":[{\"path\":\"../../etc/passwd\"}]}");
    assert_int_equal(nsym_report_write(f->folder), NSYM_EFORMAT);
    assert_false(exists(f, "report.html"));
}

/* Writes events with columns `name` of `values` (columns, count). */
static void write_events(const fixture *f, const char *name, const char *const *names, size_t columns, size_t count,
                         const double *values) {
    char path[256];
    nsym_events *events;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(nsym_events_new(&events, count), NSYM_OK);
    for (size_t c = 0; c < columns; c++) {
        double *column;
        assert_int_equal(nsym_events_add_column(events, names[c], c ? "GeV" : "", "", 1, &column), NSYM_OK);
        memcpy(column, values + c * count, count * sizeof *column);
    }
    assert_int_equal(nsym_events_write(events, path), NSYM_OK);
    nsym_events_free(events);
}

static void histograms_split_slice_and_weigh(void **state) {
    fixture *f = *state;
    const char *const names[] = {"label", "pt", "weight"};
    const double values[] = {1, 1, 0, 0, 0, 1, /* */ 5, 15, 5, 6, 25, 15, /* */ 1, 1, 3, 1, 0.5, 1};
    write_events(f, "events.h5", names, 3, 6, values);
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"events.h5\",\"recipe\":\"described\"}]}");
    write_text(
        f, "study.resolved.yaml",
        "figures:\n  - {name: h, kind: histogram, column: pt, range: [0, 20], bins: 2, split: label, weight: both, "
        "normalise: true, where: {recipe: described}}\n"
        "  - {name: s, kind: histogram, column: pt, range: [0, 20], bins: 2, slices: {column: pt, edges: [0, 10, "
        "20]}}\n"
        "  - {name: none, kind: histogram, column: eta, range: [0, 20]}\n");
    report_is_written(f);
    const char *csv = read_text(f, "figures/h.csv"), *slices = read_text(f, "figures/s.csv");
    assert_has(csv,
               "1,0,0.333333333,signal,unweighted\n1,10,0.666666667,signal,unweighted\n1,20,0,signal,unweighted\n");
    assert_has(csv, "2,0,0.666666667,background,unweighted\n"); /* one of three lies beyond the range */
    assert_has(csv, "4,0,0.888888889,background,weighted\n");   /* 4 of 4.5 */
    assert_has(slices, "1,0,3,all events,0 ≤ pt < 10 GeV\n1,10,0,");
    assert_has(read_text(f, "figures/h.gp"), "set xlabel 'pt [GeV]'");
    assert_has(read_text(f, "report.html"), "events.h5 has no event column &#39;eta&#39;");
}

static void columns_may_have_ranges_of_their_own(void **state) {
    fixture *f = *state;
    const char *const names[] = {"label", "pt", "eta"};
    const double values[] = {1, 1, 0, 0, /* */ 2, 20, 1500, 0, /* */ -2, 0.5, 1.5, 3};
    write_events(f, "events.h5", names, 3, 4, values);
    write_text(f, "results.json", "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"events.h5\"}]}");
    write_text(f, "study.resolved.yaml",
               "figures:\n  - {name: a, kind: histogram, columns: {pt: [0, 2000], eta: [-2, 2]}, bins: 2, labels: {pt: "
               "p_T}}\n"
               "  - {name: b, kind: histogram, columns: {pt: [1, 10000]}, bins: 4, x_log: true}\n"
               "  - {name: c, kind: histogram, column: pt, range: [5, 50], bins: 1, x_log: true, log: true}\n");
    report_is_written(f);
    const char *gp = read_text(f, "figures/a.gp"), *narrow = read_text(f, "figures/c.gp");
    assert_string_equal(read_text(f, "figures/a.csv"), "curve,low_edge,height,label,panel\n"
                                                       "1,0,3,all events,pt\n1,1000,1,all events,pt\n"
                                                       "1,2000,0,all events,pt\n2,-2,1,all events,eta\n"
                                                       "2,0,2,all events,eta\n2,2,0,all events,eta\n");
    assert_has(gp, "set xlabel 'p_T [GeV]'");
    assert_has(gp, "set xrange [0:2000]");
    assert_has(strstr(gp, "set xlabel 'eta [GeV]'"), "set xrange [-2:2]");
    /* Bins of one power of ten; 0 is in none. */
    assert_string_equal(read_text(f, "figures/b.csv"), "curve,low_edge,height,label,panel\n"
                                                       "1,1,1,all events,pt\n1,10,1,all events,pt\n"
                                                       "1,100,0,all events,pt\n1,1000,1,all events,pt\n"
                                                       "1,10000,0,all events,pt\n");
    assert_has(read_text(f, "figures/b.gp"), "set logscale x\n");
    assert_has(read_text(f, "figures/b.gp"), "set format x '10^{%L}'; set xtics 1e1;");
    assert_has(narrow, "set logscale xy\n");
    assert_has(narrow, "set xtics (5, 10, 20, 50)");
    if (exists(f, "figures/b.svg")) assert_null(strstr(read_text(f, "report.html"), "Not shown"));
}

static void a_profile_averages_members_and_a_density_normalises_columns(void **state) {
    fixture *f = *state;
    const char *const names[] = {"w", "pt"};
    const double first[] = {0.2, 0.4, 0.9, /* */ 1, 2, 12}, second[] = {0.5, 0.5, 0.5, /* */ 1, 3, 14};
    write_events(f, "0.h5", names, 2, 3, first);
    write_events(f, "1.h5", names, 2, 3, second);
    write_text(f, "results.json",
               "{\"study\":\"s\",\"results\":[],\"files\":[{\"path\":\"0.h5\",\"model\":\"hybrid\",\"member\":0},"
               "{\"path\":\"1.h5\",\"model\":\"hybrid\",\"member\":1}]}");
    write_text(
        f, "study.resolved.yaml",
        "figures:\n  - {name: p, kind: profile, x: pt, y: w, range: [0, 20], bins: 2, where: {model: hybrid}}\n"
        "  - {name: d, kind: density, x: pt, y: w, x_range: [0, 20], y_range: [0, 1], bins: [2, 2], normalise: true, "
        "where: {member: 0}}\n");
    report_is_written(f);
    const char *profile = read_text(f, "figures/p.csv"), *density = read_text(f, "figures/d.csv");
    assert_has(profile, "1,5,0.4,0.1,all,\n1,15,0.7,0.2,all,\n"); /* means 0.3, 0.5 and 0.9, 0.5: population spread */
    assert_has(profile, "2,5,0.3,,0,\n2,15,0.9,,0,\n3,5,0.5,,1,\n");
    assert_has(density, "1,5,0.25,1,\n1,5,0.75,0,\n1,15,0.25,0,\n1,15,0.75,1,\n");
}

static void the_page_holds_the_drawings_and_their_scripts_run_again(void **state) {
    fixture *f = *state;
    if (system("gnuplot --version >/dev/null 2>&1") != 0) skip();
    write_text(f, "results.json", results);
    write_text(f, "study.resolved.yaml", curves);
    report_is_written(f);
    const char *html = read_text(f, "report.html");
    assert_true(exists(f, "figures/auc.svg") && exists(f, "figures/auc.pdf"));
    assert_has(html, "id='auc-gpDot'");
    assert_has(html, ">general</tspan>");
    assert_null(strstr(html, "<title>Gnuplot"));
    char command[256];
    snprintf(command, sizeof command, "cd '%s/figures' && rm auc.svg && gnuplot auc.gp 2>&1 | grep . ; test -s auc.svg",
             f->folder);
    assert_int_equal(system(command), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_curve_has_the_numbers_and_the_paper_beside_them),
        TEST(a_reference_without_a_spread_is_drawn),
        TEST(a_table_has_ours_the_papers_and_the_pull),
        TEST(numbers_stand_in_the_text),
        TEST(hostile_text_stays_text),
        TEST(what_is_missing_is_said_and_the_rest_is_shown),
        TEST(numbers_of_a_paper_are_told_with_the_paper),
        TEST(what_does_not_exist_is_named),
        TEST(what_a_run_leaves_out_is_not_missed),
        TEST(a_missing_gnuplot_leaves_numbers_and_scripts),
        TEST(ambiguous_rows_are_not_mixed),
        TEST(mistakes_in_the_card_are_named),
        TEST(damaged_results_are_refused_with_their_place),
        TEST(histograms_split_slice_and_weigh),
        TEST(columns_may_have_ranges_of_their_own),
        TEST(a_profile_averages_members_and_a_density_normalises_columns),
        TEST(the_page_holds_the_drawings_and_their_scripts_run_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
