/* nearsym data convert --layout: folders of files that belong together. */
#ifndef NEARSYM_CLI_CONVERT_LAYOUT_H
#define NEARSYM_CLI_CONVERT_LAYOUT_H

#include "options.h"

#include <stdbool.h>

/* What the command line says of such a folder. */
typedef struct convert_layout {
    const char *name; /* NULL: there is no layout, only files */
    const char *efps, *kinds, *store;
    size_t workers;
} convert_layout;

/* Whether a layout (NULL: none) is one of folders: cms-muons, cms-muons-sim. */
bool layout_is_folder(const char *name);

/* Whether an option is given that only a layout has; its name in *name. */
bool layout_has_options(const convert_layout *layout, const char **name);

/* Converts the folder to the file `out` and gives the exit status. */
int convert_folder(const option_table *table, const convert_layout *layout, const char *folder, size_t max_events,
                   const char *out);

#endif
