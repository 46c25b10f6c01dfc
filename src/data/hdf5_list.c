/* What an HDF5 file holds: its datasets and attributes by name. */
#include "base/fail.h"
#include "data/hdf5_handle.h"
#include "data/texts.h"

#include <stdlib.h>
#include <string.h>

/* Names as they are found; `failed` where memory ran out. */
typedef struct names {
    char **name;
    size_t count;
    bool failed;
} names;

static herr_t add_name(names *list, const char *name) {
    char **grown = realloc(list->name, (list->count + 1) * sizeof *grown);
    if (grown) list->name = grown;
    char *copy = grown ? strdup(name) : NULL;
    list->failed = !copy;
    if (!copy) return -1;
    list->name[list->count++] = copy;
    return 0;
}

/* From HDF5 1.12 on objects are known by tokens, and visits have a version for it. */
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t object_info;
#define visit_objects H5Ovisit3
#else
typedef H5O_info_t object_info;
#define visit_objects H5Ovisit2
#endif

static herr_t add_dataset(hid_t group, const char *name, const object_info *info, void *context) {
    (void)group;
    return info->type == H5O_TYPE_DATASET ? add_name(context, name) : 0;
}

static herr_t add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)object, (void)info;
    return add_name(context, name);
}

/* Hands `list` over where `result` is a success, else frees it. */
static nsym_status hand_over(const nsym_h5 *file, const char *what, herr_t result, names *list, char ***out,
                             size_t *n) {
    if (result >= 0) {
        *out = list->name;
        *n = list->count;
        return NSYM_OK;
    }
    nsym_texts_free(list->name, list->count);
    return list->failed ? nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path)
                        : nsym_h5_refused(file, what, "cannot be listed, the file is damaged");
}

nsym_status nsym_h5_list(nsym_h5 *file, char ***out, size_t *n) {
    *out = NULL, *n = 0;
    names list = {0};
    nsym_h5_enter();
    herr_t result = visit_objects(file->id, H5_INDEX_CRT_ORDER, H5_ITER_INC, add_dataset, &list, H5O_INFO_BASIC);
    nsym_status status = hand_over(file, "/", result, &list, out, n);
    nsym_h5_leave();
    return status;
}

nsym_status nsym_h5_attributes(nsym_h5 *file, const char *name, char ***out, size_t *n) {
    *out = NULL, *n = 0;
    names list = {0};
    nsym_h5_enter();
    herr_t result =
        H5Aiterate_by_name(file->id, name, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, add_attribute, &list, H5P_DEFAULT);
    if (result < 0 && !list.failed && list.count == 0)
        result =
            H5Aiterate_by_name(file->id, name, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, &list, H5P_DEFAULT);
    nsym_status status = hand_over(file, name, result, &list, out, n);
    nsym_h5_leave();
    return status;
}

bool nsym_h5_has(nsym_h5 *file, const char *name) {
    nsym_h5_enter();
    bool has = true;
    char *path = strdup(name); /* H5Lexists wants every step of the path to exist */
    for (char *slash = path ? strchr(path, '/') : NULL; slash && has; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        has = *path == '\0' || H5Lexists(file->id, path, H5P_DEFAULT) > 0;
        *slash = '/';
    }
    has = path && has && H5Lexists(file->id, name, H5P_DEFAULT) > 0;
    free(path);
    nsym_h5_leave();
    return has;
}
