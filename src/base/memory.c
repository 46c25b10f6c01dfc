#include "base/memory.h"

#include "base/fail.h"

#include <stddef.h>
#include <sys/mman.h>

nsym_status nsym_memory_check(const char *what) {
    const size_t enough = (size_t)64 << 20;
    void *memory = mmap(NULL, enough, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return nsym_fail(NSYM_ENOMEM, "%s: no memory: less than %zu MB are left to this process", what, enough >> 20);
    munmap(memory, enough);
    return NSYM_OK;
}
