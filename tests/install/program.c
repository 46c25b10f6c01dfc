#include <nearsym/nearsym.h>
#include <stdio.h>

int main(void) {
    nsym_random random = nsym_random_stream(314, "smear", 7);
    nsym_progress *progress;
    if (nsym_progress_new(&progress, stderr) != NSYM_OK) return 1;
    nsym_progress_note(progress, "%s, %.6f", nsym_status_name(NSYM_OK), nsym_random_uniform(&random));
    nsym_progress_free(progress);
}
