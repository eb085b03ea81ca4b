/* Where data sets are found, and what is said when they are not. */
#define _XOPEN_SOURCE 700
#include "data/source.h"
#include "data/examples.h"
#include "data/file.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEBIAN_FOLDER "/usr/share/datasets/fashion-mnist"

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    test_folder_create(&f.folder);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

static void write_images(test_folder *folder, const char *name)
{
    const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0,
                                    1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6};
    test_write(test_path(folder, name), images, sizeof images);
}

static void write_labels(test_folder *folder, const char *name)
{
    const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 0, 2, 1};
    test_write(test_path(folder, name), labels, sizeof labels);
}

static void a_folder_opens_by_its_parts(void **state)
{
    fixture *f = *state;
    mg_dataset *dataset = NULL;
    write_images(&f->folder, "train-images-idx3-ubyte");
    write_labels(&f->folder, "train-labels-idx1-ubyte");
    const char *path = f->folder.path;
    assert_int_equal(mg_data_open(f->ctx, path, MG_PART_TRAIN, &dataset),
                     MG_OK);
    assert_int_equal(dataset->rows, 3);
    assert_int_equal(dataset->n_columns, 2);
    assert_false(dataset->column[0].target);
    assert_true(dataset->column[1].target);
    assert_int_equal(dataset->column[1].classes, 3);
    assert_int_equal(((uint8_t *)dataset->column[0].data)[5], 6);
    mg_dataset_destroy(dataset);
    assert_true(mg_data_has_part(f->ctx, path, MG_PART_TRAIN));
    assert_false(mg_data_has_part(f->ctx, path, MG_PART_TEST));
    dataset = NULL;
    assert_int_equal(mg_data_open(f->ctx, path, MG_PART_TEST, &dataset),
                     MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), "there is no t10k-images-idx*"));
    assert_null(dataset);
    write_images(&f->folder, "t10k-images-idx3-ubyte");
    assert_true(mg_data_has_part(f->ctx, path, MG_PART_TEST));
    assert_int_equal(mg_data_open(f->ctx, path, MG_PART_TEST, &dataset),
                     MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), "there is no t10k-labels-idx*"));
}

static void check_refused(fixture *f, const char *name, const char *reason)
{
    mg_dataset *dataset = NULL;
    assert_int_equal(mg_data_open(f->ctx, name, MG_PART_TRAIN, &dataset),
                     MG_BAD_FILE);
    assert_null(dataset);
    assert_false(mg_data_has_part(f->ctx, name, MG_PART_TRAIN));
    mg_data_open(f->ctx, name, MG_PART_TRAIN, &dataset);
    if (!strstr(mg_message(f->ctx), reason))
        fail_msg("\"%s\" lacks \"%s\"", mg_message(f->ctx), reason);
    assert_non_null(strstr(mg_message(f->ctx), name));
}

static void what_is_no_data_is_refused(void **state)
{
    fixture *f = *state;
    check_refused(f, "nowhere", "no such file or folder, and no known name");
    check_refused(f, "nowhere.doc", "no such file or folder");
    check_refused(f, f->folder.path, "pictures are not supported yet");
    const char *path = test_path(&f->folder, "x");
    test_write(path, "", 0);
    check_refused(f, path, "neither a folder nor a file of a known kind: ");
    check_refused(f, path, ".txt");
}

static void check_argument(fixture *f, const char *name, const char *message)
{
    mg_dataset *dataset = NULL;
    assert_int_equal(mg_data_open(f->ctx, name, MG_PART_TRAIN, &dataset),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(f->ctx), message);
    assert_null(dataset);
}

static void no_name_is_refused(void **state)
{
    fixture *f = *state;
    check_argument(f, "", "data: no name is given");
    check_argument(f, "\n\n", "data: no name is given");
    assert_false(mg_data_has_part(f->ctx, "", MG_PART_TRAIN));
}

/* ---- Keys ---- */

static void a_key_must_be_one_of_the_kind_of_data(void **state)
{
    fixture *f = *state;
    char name[TEST_PATH_SIZE + 40], message[2 * TEST_PATH_SIZE];
    mg_dataset *dataset = NULL;
    write_images(&f->folder, "train-images-idx3-ubyte");
    write_labels(&f->folder, "train-labels-idx1-ubyte");
    snprintf(name, sizeof name, "%s?header=yes", f->folder.path);
    snprintf(message, sizeof message,
             "data %s: header is no key of IDX files, which have standardise",
             name);
    check_argument(f, name, message);
    snprintf(name, sizeof name, "%s?standardise=yes", f->folder.path);
    assert_int_equal(mg_data_open(f->ctx, name, MG_PART_TRAIN, &dataset),
                     MG_OK);
    assert_true(dataset->standardise);
    assert_string_equal(dataset->kind->name, "IDX");
    mg_dataset_destroy(dataset);
    snprintf(name, sizeof name, "%s/a.TXT", f->folder.path);
    test_write(name, "text", 4);
    strcat(name, "?drop=a");
    snprintf(message, sizeof message,
             "data %s: drop is no key of text files, which have none", name);
    check_argument(f, name, message);
    assert_true(mg_data_has_part(f->ctx, name, MG_PART_TRAIN));
    assert_false(mg_data_has_part(f->ctx, name, MG_PART_TEST));
    *strrchr(name, '?') = '\0';
    assert_int_equal(mg_data_open(f->ctx, name, MG_PART_TEST, &dataset),
                     MG_BAD_FILE);
    snprintf(message, sizeof message,
             "data %s: a file has no test part of its own", name);
    assert_string_equal(mg_message(f->ctx), message);
    assert_int_equal(mg_data_open(f->ctx, name, MG_PART_TRAIN, &dataset),
                     MG_OK);
    assert_false(dataset->standardise);
    mg_dataset_destroy(dataset);
}

/* ---- Several names ---- */

static void make_folder(fixture *f, const char *name, test_folder *out)
{
    strcpy(out->path, test_path(&f->folder, name));
    assert_int_equal(mkdir(out->path, 0700), 0);
    write_images(out, "train-images-idx3-ubyte");
    write_labels(out, "train-labels-idx1-ubyte");
}

static void rows_of_several_folders_follow_one_another(void **state)
{
    fixture *f = *state;
    test_folder first, second;
    char names[3 * TEST_PATH_SIZE], source[3 * TEST_PATH_SIZE];
    mg_dataset *dataset = NULL;
    make_folder(f, "a", &first);
    make_folder(f, "b", &second);
    snprintf(names, sizeof names, "%s\n%s?standardise=yes\n", first.path,
             second.path);
    snprintf(source, sizeof source, "%s, %s", first.path, second.path);
    assert_int_equal(mg_data_open(f->ctx, names, MG_PART_TRAIN, &dataset),
                     MG_OK);
    assert_string_equal(dataset->source, source);
    assert_int_equal(dataset->rows, 6);
    assert_int_equal(((uint8_t *)dataset->column[1].data)[4], 2);
    assert_int_equal(dataset->column[1].classes, 3);
    assert_true(dataset->standardise);
    mg_dataset_destroy(dataset);
    assert_true(mg_data_has_part(f->ctx, names, MG_PART_TRAIN));
    write_images(&first, "t10k-images-idx3-ubyte");
    assert_false(mg_data_has_part(f->ctx, names, MG_PART_TEST));
    write_images(&second, "t10k-images-idx3-ubyte");
    assert_true(mg_data_has_part(f->ctx, names, MG_PART_TEST));
}

static void names_of_different_kinds_are_refused(void **state)
{
    fixture *f = *state;
    test_folder folder;
    char names[2 * TEST_PATH_SIZE], message[3 * TEST_PATH_SIZE];
    make_folder(f, "a", &folder);
    const char *text = test_path(&f->folder, "b.txt");
    test_write(text, "text", 4);
    snprintf(names, sizeof names, "%s\n%s", folder.path, text);
    snprintf(message, sizeof message, "data %s: not of the same kind as %s",
             text, folder.path);
    check_argument(f, names, message);
    snprintf(names, sizeof names, "%s\nnowhere", folder.path);
    mg_dataset *dataset = NULL;
    assert_int_equal(mg_data_open(f->ctx, names, MG_PART_TRAIN, &dataset),
                     MG_BAD_FILE);
    assert_string_equal(mg_message(f->ctx), "data nowhere: no such file or "
                                            "folder, and no known name");
}

/* A .csv and a .tsv are tables both. */
static void tables_of_different_endings_join(void **state)
{
    fixture *f = *state;
    char names[3 * TEST_PATH_SIZE], path[3][TEST_PATH_SIZE];
    mg_dataset *dataset = NULL;
    strcpy(path[0], test_path(&f->folder, "a.csv"));
    strcpy(path[1], test_path(&f->folder, "b.tsv"));
    strcpy(path[2], test_path(&f->folder, "c.tsv"));
    test_write(path[0], "x,y\n1,2\n3,4\n", 12);
    test_write(path[1], "x\ty\n5\t6\n", 8);
    test_write(path[2], "x\tz\n5\t6\n", 8);
    snprintf(names, sizeof names, "%s\n%s", path[0], path[1]);
    assert_int_equal(mg_data_open(f->ctx, names, MG_PART_TRAIN, &dataset),
                     MG_OK);
    assert_int_equal(dataset->rows, 3);
    assert_int_equal(dataset->n_columns, 2);
    mg_dataset_destroy(dataset);
    dataset = NULL;
    snprintf(names, sizeof names, "%s\n%s", path[0], path[2]);
    assert_int_equal(mg_data_open(f->ctx, names, MG_PART_TRAIN, &dataset),
                     MG_BAD_DATA);
    assert_non_null(strstr(mg_message(f->ctx), "column 2 is z, in "));
    assert_null(dataset);
}

/* With the package installed its folder comes first; without it, the folder
 * that the variable names, and else the message says what to install. */
static void a_known_name_is_found_or_the_package_named(void **state)
{
    fixture *f = *state;
    if (mg_file_is_folder(DEBIAN_FOLDER))
        skip();
    unsetenv("MATGRAD_DATA");
    check_refused(f, "fashion-mnist", "install the package dataset-fashion");
    setenv("MATGRAD_DATA", f->folder.path, 1);
    check_refused(f, "fashion-mnist", f->folder.path);
    test_folder inner;
    strcpy(inner.path, test_path(&f->folder, "fashion-mnist"));
    assert_int_equal(mkdir(inner.path, 0700), 0);
    write_images(&inner, "train-images-idx3-ubyte");
    write_labels(&inner, "train-labels-idx1-ubyte");
    mg_dataset *dataset = NULL;
    assert_int_equal(
        mg_data_open(f->ctx, "fashion-mnist", MG_PART_TRAIN, &dataset), MG_OK);
    assert_string_equal(dataset->source, "fashion-mnist");
    mg_dataset_destroy(dataset);
    unsetenv("MATGRAD_DATA");
}

#ifdef MATGRAD_HAVE_ZLIB
static void the_packaged_pictures_are_all_there(void **state)
{
    fixture *f = *state;
    if (!mg_file_is_folder(DEBIAN_FOLDER))
        skip();
    mg_dataset *dataset = NULL;
    assert_int_equal(
        mg_data_open(f->ctx, "fashion-mnist", MG_PART_TEST, &dataset), MG_OK);
    assert_int_equal(dataset->rows, 10000);
    assert_int_equal(dataset->column[0].row.shape.rank, 2);
    assert_int_equal(dataset->column[0].row.shape.dim[1], 28);
    assert_int_equal(dataset->column[1].classes, 10);
    int count[10] = {0};
    for (int i = 0; i < 10000; i++)
        count[((uint8_t *)dataset->column[1].data)[i]]++;
    for (int i = 0; i < 10; i++)
        assert_int_equal(count[i], 1000);
    mg_dataset_destroy(dataset);
}
#endif

static mg_status open_names(mg_ctx *ctx, void *names)
{
    mg_dataset *dataset = NULL;
    MG_TRY(mg_data_open(ctx, names, MG_PART_TRAIN, &dataset));
    mg_dataset_destroy(dataset);
    return MG_OK;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    test_folder first, second;
    char names[2 * TEST_PATH_SIZE];
    make_folder(f, "a", &first);
    make_folder(f, "b", &second);
    snprintf(names, sizeof names, "%s\n%s", first.path, second.path);
    assert_true(test_every_refusal(open_names, first.path) >= 8);
    assert_true(test_every_refusal(open_names, names) >= 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_opens_by_its_parts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_data_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_name_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_must_be_one_of_the_kind_of_data,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            rows_of_several_folders_follow_one_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_different_kinds_are_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_of_different_endings_join,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_known_name_is_found_or_the_package_named, set_up, tear_down),
#ifdef MATGRAD_HAVE_ZLIB
        cmocka_unit_test_setup_teardown(the_packaged_pictures_are_all_there,
                                        set_up, tear_down),
#endif
        cmocka_unit_test_setup_teardown(every_refused_allocation_is_clean,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
