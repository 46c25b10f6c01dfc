#include "base/folder.h"

#include "base/fail.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

nsym_status nsym_folder_make(const char *path) {
    struct stat about;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)))
        return NSYM_OK;
    return nsym_fail(NSYM_EIO, "cannot make the folder %s: %s", path, strerror(errno));
}
