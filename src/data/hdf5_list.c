/* What an HDF5 file holds: its datasets, groups and attributes by name, and where its links lead. */
#include "base/fail.h"
#include "data/hdf5_handle.h"
#include "data/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Groups may stand in each other, and links make circles and many ways to one place. */
enum { DEEPEST = 32, MOST_NAMES = 1 << 18 };

/* Names as they are found; `failed` where memory ran out. */
typedef struct names {
    char **name;
    size_t count, room;
    bool failed;
} names;

static herr_t add_name(names *list, const char *name) {
    if (list->count == list->room) {
        size_t room = 2 * list->room + 16;
        char **grown = realloc(list->name, room * sizeof *grown);
        list->failed = !grown;
        if (!grown) return -1;
        list->name = grown;
        list->room = room;
    }
    char *copy = strdup(name);
    list->failed = !copy;
    if (!copy) return -1;
    list->name[list->count++] = copy;
    return 0;
}

/* From HDF5 1.12 on objects are known by tokens instead of addresses. */
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t object_info;

static herr_t info_of(hid_t object, object_info *info) {
    return H5Oget_info3(object, info, H5O_INFO_BASIC);
}

static bool is_same(hid_t object, const object_info *a, const object_info *b) {
    int order = 1;
    return a->fileno == b->fileno && H5Otoken_cmp(object, &a->token, &b->token, &order) >= 0 && order == 0;
}
#else
typedef H5O_info_t object_info;

static herr_t info_of(hid_t object, object_info *info) {
    return H5Oget_info2(object, info, H5O_INFO_BASIC);
}

static bool is_same(hid_t object, const object_info *a, const object_info *b) {
    (void)object;
    return a->fileno == b->fileno && a->addr == b->addr;
}
#endif

/* A walk through all groups; `above` are those on the way to the present one. */
typedef struct walker {
    const nsym_h5 *file;
    names found;
    bool groups; /* groups are looked for, not datasets */
    size_t depth;
    object_info above[DEEPEST];
} walker;

static herr_t add_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
    (void)group, (void)info;
    return add_name(context, name);
}

/* The names in a group, in the order that it keeps. */
static herr_t links_of(hid_t group, names *list) {
    unsigned order = 0;
    hid_t plan = H5Gget_create_plist(group);
    if (plan >= 0) H5Pget_link_creation_order(plan, &order);
    if (plan >= 0) H5Pclose(plan);
    return H5Literate(group, order & H5P_CRT_ORDER_TRACKED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_INC, NULL,
                      add_link, list);
}

static nsym_status walk(walker *w, hid_t group, const char *prefix);

/* A group that is not one of those above. */
static nsym_status walk_into(walker *w, hid_t group, const char *path) {
    object_info info;
    if (info_of(group, &info) < 0) return nsym_h5_refused(w->file, path, "cannot be listed, the file is damaged");
    for (size_t i = 0; i < w->depth; i++)
        if (is_same(group, &info, &w->above[i])) return NSYM_OK;
    if (w->depth == DEEPEST) return NSYM_OK;
    if (w->groups && w->depth > 0 && add_name(&w->found, path) < 0)
        return nsym_fail(NSYM_ENOMEM, "%s: no memory", w->file->path);
    w->above[w->depth++] = info;
    nsym_status status = walk(w, group, path);
    w->depth--;
    return status;
}

/* What a link leads to, `path` being the way from the root. */
static nsym_status visit(walker *w, const char *path) {
    if (w->found.count >= MOST_NAMES)
        return nsym_fail(NSYM_EFORMAT, "%s: has more than %d names, or groups that link to each other", w->file->path,
                         (int)MOST_NAMES);
    nsym_status lost = nsym_h5_check_links(w->file, path); /* is listed, and told where it is read */
    hid_t object = lost == NSYM_OK ? H5Oopen(w->file->id, path, H5P_DEFAULT) : H5I_INVALID_HID;
    nsym_status status = NSYM_OK;
    H5I_type_t kind = object < 0 ? H5I_BADID : H5Iget_type(object);
    if (lost == NSYM_OK && object < 0)
        status = nsym_h5_refused(w->file, path, "cannot be listed, the file is damaged");
    else if (kind == H5I_GROUP)
        status = walk_into(w, object, path);
    else if (!w->groups && (kind == H5I_DATASET || kind == H5I_BADID) && add_name(&w->found, path) < 0)
        status = nsym_fail(NSYM_ENOMEM, "%s: no memory", w->file->path);
    if (object >= 0) H5Oclose(object);
    return status;
}

static nsym_status walk(walker *w, hid_t group, const char *prefix) {
    names inside = {0};
    nsym_status status = NSYM_OK;
    if (links_of(group, &inside) < 0)
        status = inside.failed ? nsym_fail(NSYM_ENOMEM, "%s: no memory", w->file->path)
                               : nsym_h5_refused(w->file, *prefix ? prefix : "/", "cannot be listed, it is damaged");
    for (size_t i = 0; i < inside.count && status == NSYM_OK; i++) {
        size_t size = strlen(prefix) + strlen(inside.name[i]) + 2;
        char *path = malloc(size);
        if (!path) status = nsym_fail(NSYM_ENOMEM, "%s: no memory", w->file->path);
        if (path) snprintf(path, size, "%s%s%s", prefix, *prefix ? "/" : "", inside.name[i]);
        if (path) status = visit(w, path);
        free(path);
    }
    nsym_texts_free(inside.name, inside.count);
    return status;
}

static nsym_status list(nsym_h5 *file, bool groups, char ***out, size_t *n) {
    *out = NULL, *n = 0;
    walker w = {.file = file, .groups = groups};
    nsym_h5_enter();
    hid_t root = H5Gopen2(file->id, "/", H5P_DEFAULT);
    nsym_status status =
        root < 0 ? nsym_h5_refused(file, "/", "cannot be listed, the file is damaged") : walk_into(&w, root, "");
    if (root >= 0) H5Gclose(root);
    nsym_h5_leave();
    if (status == NSYM_OK)
        *out = w.found.name, *n = w.found.count;
    else
        nsym_texts_free(w.found.name, w.found.count);
    return status;
}

nsym_status nsym_h5_list(nsym_h5 *file, char ***out, size_t *n) {
    return list(file, false, out, n);
}

nsym_status nsym_h5_groups(nsym_h5 *file, char ***out, size_t *n) {
    return list(file, true, out, n);
}

static herr_t add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)object, (void)info;
    return add_name(context, name);
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
    nsym_status status = NSYM_OK;
    if (result < 0)
        status = list.failed ? nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path)
                             : nsym_h5_refused(file, name, "cannot be listed, the file is damaged");
    nsym_h5_leave();
    if (status == NSYM_OK)
        *out = list.name, *n = list.count;
    else
        nsym_texts_free(list.name, list.count);
    return status;
}

/* Opening a pipe or a device would wait for ever, or worse. */
static bool is_special(const nsym_h5 *file, const char *target) {
    struct stat about;
    char path[4096];
    const char *slash = strrchr(file->path, '/');
    bool beside = *target != '/' && slash;
    snprintf(path, sizeof path, "%.*s%s", beside ? (int)(slash - file->path + 1) : 0, file->path, target);
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

static nsym_status check_external(const nsym_h5 *file, const char *path, const char *value, size_t size) {
    const char *target, *inside;
    if (H5Lunpack_elink_val(value, size, NULL, &target, &inside) < 0)
        return nsym_h5_refused(file, path, "is a damaged link");
    if (is_special(file, target))
        return nsym_fail(NSYM_ENOTFOUND, "%s: %s: is a link to %s, which is not a file", file->path, path, target);
    if (H5Oexists_by_name(file->id, path, H5P_DEFAULT) > 0) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND,
                     "%s: %s: is a link to %s in file %s, but there is no such file, or nothing of that name in it; "
                     "put the file into the same folder, or leave the link out: --drop %s",
                     file->path, path, inside, target, path);
}

/* Whether a link, the last step of `path`, leads somewhere. */
static nsym_status check_link(const nsym_h5 *file, const char *path) {
    H5L_info_t info;
    if (H5Lget_info(file->id, path, &info, H5P_DEFAULT) < 0) return NSYM_OK; /* no such name: for others to tell */
    if (info.type == H5L_TYPE_HARD) return NSYM_OK;
    size_t size = info.u.val_size;
    char *value = calloc(1, size + 1);
    if (!value) return nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path);
    nsym_status status = NSYM_OK;
    if (H5Lget_val(file->id, path, value, size, H5P_DEFAULT) < 0)
        status = nsym_h5_refused(file, path, "is a damaged link");
    else if (info.type == H5L_TYPE_EXTERNAL)
        status = check_external(file, path, value, size);
    else if (info.type != H5L_TYPE_SOFT || H5Oexists_by_name(file->id, path, H5P_DEFAULT) <= 0)
        status = nsym_fail(NSYM_ENOTFOUND,
                           "%s: %s: is a link to %s, where there is nothing; leave it out (--drop %s) or mend the file",
                           file->path, path, info.type == H5L_TYPE_SOFT ? value : "something unknown", path);
    free(value);
    return status;
}

nsym_status nsym_h5_check_links(const nsym_h5 *file, const char *name) {
    char *path = strdup(name);
    if (!path) return nsym_fail(NSYM_ENOMEM, "%s: no memory", file->path);
    nsym_status status = NSYM_OK;
    for (char *slash = strchr(path, '/'); slash && status == NSYM_OK; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (*path) status = check_link(file, path);
        *slash = '/';
    }
    if (status == NSYM_OK) status = check_link(file, path);
    free(path);
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

nsym_status nsym_h5_open_set(const nsym_h5 *file, const char *name, hid_t *set) {
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_efile_prefix(access, "${ORIGIN}"); /* external values stand beside the file, wherever we run */
    *set = H5Dopen2(file->id, name, access);
    H5Pclose(access);
    if (*set >= 0) return NSYM_OK;
    NSYM_TRY(nsym_h5_check_links(file, name));
    return nsym_h5_refused(file, name, "is not a dataset that can be read");
}
