/* The names of the studies that an installed library finds, a line each. */
#include <nearsym/status.h>
#include <nearsym/study.h>
#include <stdio.h>

static void show(void *context, const char *name, const char *title) {
    (void)context, (void)title;
    puts(name);
}

int main(void) {
    if (nsym_study_list(show, NULL) == NSYM_OK) return 0;
    fprintf(stderr, "%s\n", nsym_message());
    return 1;
}
