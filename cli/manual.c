#include "manual.h"
#include "options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Prints text for roff, escaped so that roff takes no character for a command. */
static void put(const char *text) {
    for (bool first = true; *text; text++) {
        if (first && (*text == '.' || *text == '\'')) fputs("\\&", stdout);
        first = *text == '\n';
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

/* Prints a paragraph; line breaks in the text are kept. */
static void put_paragraph(const char *text) {
    bool lines = strchr(text, '\n');
    puts(lines ? ".PP\n.nf" : ".PP");
    put(text);
    puts(lines ? "\n.fi" : "");
}

static void put_option(const option *o) {
    char usual[256];
    fputs(".TP\n\\fB", stdout);
    if (o->letter) printf("\\-%c\\fR, \\fB", o->letter);
    fputs("\\-\\-", stdout);
    put(o->name);
    fputs("\\fR", stdout);
    if (o->argument) {
        fputs(" \\fI", stdout);
        put(o->argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    put(o->help);
    put(options_default(o, usual, sizeof usual));
    putchar('\n');
}

static void put_command(void *context, const char *name, const option_table *table, const option_action *actions,
                        size_t n) {
    (void)context;
    (void)actions;
    printf(".SS nearsym ");
    put(name);
    puts("\n.PP\n.nh\n.B");
    put(table->usage);
    putchar('\n');
    put_paragraph(table->about);
    for (size_t i = 0; n == 0 && i < table->count; i++) put_option(&table->options[i]);
}

static const char after[] =
    ".SH EXIT STATUS\n0: done. 1: failed. 2: wrong usage.\n3: done, but a result lies outside its reference's "
    "tolerance (\\fB\\-\\-check\\fR).\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B NSYM_CPU\nCPU instructions to use: plain, avx2, avx512, avx512_bf16 or amx\n"
    ".TP\n.B NSYM_STUDIES\nfolder of the published studies\n"
    ".TP\n.B NSYM_TRUSTED\nif set and not 0, every command runs with \\fB\\-\\-trusted\\fR\n"
    ".TP\n.B TMPDIR\nfolder for temporary files\n"
    ".TP\n.B NO_COLOR\nif set, messages have no colours\n"
    ".SH SEE ALSO\n`nearsym study keys` lists the keys of a card.\n`nearsym cite` prints what to cite.\n";

void print_manual(const command *commands, size_t n) {
    printf(".TH NEARSYM 1 \"\" \"nearsym %s\" \"User Commands\"\n.SH NAME\nnearsym \\- learning from collider data "
           "whose symmetry is only nearly true\n.SH SYNOPSIS\n.B nearsym\n.I COMMAND ...\n.SH DESCRIPTION\n",
           NSYM_VERSION);
    for (size_t i = 0; i < n; i++) {
        printf(".TP\n.B %s\n", commands[i].name);
        put(commands[i].about);
        putchar('\n');
    }
    puts(".PP\nEvery command has \\fB\\-\\-help\\fR.\n.SH COMMANDS");
    for (size_t i = 0; i < n; i++) options_walk(commands[i].name, commands[i].run, put_command, NULL);
    fputs(after, stdout);
}
