#include <xlsxwriter.h>

// A workbook that keeps one row in memory and the rest in files below a folder.
static inline lxw_workbook *hotline_new_workbook(const char *path, const char *folder) {
    lxw_workbook_options options = {0};
    options.constant_memory = 1;
    options.tmpdir = (char *)folder;
    return workbook_new_opt(path, &options);
}
