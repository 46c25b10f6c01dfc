#include "part.h"
#include "tell.h"

#include <stdio.h>
#include <string.h>

option part_option(const char **word) {
    return (option){
        "part",      0,
        OPTION_TEXT, word,
        "PART",      "part of the events, if there is a column part: train, validation, test or all (default: test)"};
}

int part_read(const option_table *table, const char *word, nsym_part *out) {
    if (nsym_part_named(out, word ? word : "test")) return OPTIONS_GO_ON;
    return options_wrong(table, "--part is \"%s\", must be train, validation, test or all", word);
}

void part_tell(const char *file, size_t kept, size_t left_out, nsym_part part) {
    static const char *const what[] = {"trained", "validated", "tested"};
    if (left_out == 0 || part > NSYM_PART_TEST) return;
    fprintf(stderr, "nearsym: %s: the %zu of %zu events that %s, by their column part; --part chooses others\n", file,
            kept, kept + left_out, what[part]);
}

void part_refuse(const char *file) {
    tell_error("%s has no column part, which says of an event whether it trained (0), validated (1) or tested (2); "
               "leave --part out",
               file);
}

bool part_take(nsym_events **events, const char *file, const char *word, nsym_part part) {
    size_t left_out;
    if (word && part != NSYM_PART_ALL && !nsym_part_column(*events)) {
        part_refuse(file);
        return false;
    }
    if (nsym_part_take(events, part, &left_out) != NSYM_OK) {
        tell_error("%s: %s; --part all takes all events", file, nsym_message());
        return false;
    }
    part_tell(file, (*events)->count, left_out, part);
    return true;
}
