/* lower_list: brackets stack values. Numbers known when compiled become one
 * constant, however many there are. Layer formula. */
#include <assert.h>

#include "formula/lower.h"

/* A list whose leaves are lowered: a tree of lists. */
typedef struct leaf {
    const mg_expr *e;
    mg_item item;            /* of a leaf */
    const struct leaf *list; /* of a list: its n parts */
    size_t n;
} leaf;

static bool lower_leaves(mg_lower *l, const mg_expr *e, leaf *out)
{
    bool good = true;
    out->e = e;
    if (e->kind != MG_EXPR_LIST) {
        out->item = mg_lower_expr(l, e);
        return out->item.kind != MG_ITEM_ERROR;
    }
    leaf *const list = mg_lower_alloc(l, e->as.list.n + 1, sizeof(*list));
    if (!list)
        return false;
    out->list = list;
    out->n = e->as.list.n;
    for (size_t i = 0; i < out->n; i++)
        good = lower_leaves(l, e->as.list.item[i], &list[i]) && good;
    return good;
}

/* What a tree of known numbers amounts to. */
typedef struct {
    mg_shape shape;
    bool known; /* all leaves are numbers of one depth */
    bool real, number;
} survey;

static void survey_leaves(const leaf *tree, int axis, survey *s)
{
    assert(tree);
    if (!tree->list) {
        const mg_item_kind kind = tree->item.kind;
        s->known =
            s->known && mg_item_is_known(&tree->item) && axis == s->shape.rank;
        s->real = s->real || kind == MG_ITEM_REAL;
        s->number = s->number || kind != MG_ITEM_TRUTH;
        return;
    }
    s->known = s->known && axis < s->shape.rank &&
               s->shape.dim[axis] == (int64_t)tree->n;
    for (size_t i = 0; i < tree->n && s->known; i++)
        survey_leaves(&tree->list[i], axis + 1, s);
}

/* The shape along the first items. */
static survey survey_tree(const leaf *tree)
{
    survey s = {.known = true};
    assert(tree);
    for (const leaf *t = tree; t->list; t = &t->list[0]) {
        if (s.shape.rank == MG_MAX_RANK)
            return (survey){.known = false};
        mg_shape_append(&s.shape, (int64_t)t->n);
        if (t->n == 0)
            break;
    }
    survey_leaves(tree, 0, &s);
    return s;
}

static void fill_leaf(const mg_item *item, const mg_tensor *out, int64_t index)
{
    if (out->type.dtype == MG_I64)
        ((int64_t *)out->data)[index] = item->as.integer;
    else
        mg_tensor_set(out, index,
                      item->kind == MG_ITEM_REAL ? item->as.real
                                                 : (double)item->as.integer);
}

static void fill(const leaf *tree, const mg_tensor *out, int64_t *index)
{
    if (!tree->list) {
        fill_leaf(&tree->item, out, (*index)++);
        return;
    }
    for (size_t i = 0; i < tree->n; i++)
        fill(&tree->list[i], out, index);
}

static mg_item make_constant(mg_lower *l, const mg_expr *e, const leaf *tree,
                             const survey *s)
{
    mg_type type = {MG_BOOL, s->shape};
    mg_tensor data;
    int64_t index = 0;
    if (s->real || mg_shape_size(&s->shape) == 0)
        type.dtype = mg_graph_real(l->g);
    else if (s->number)
        type.dtype = MG_I64;
    if (mg_tensor_alloc(l->arena, type, &data) != MG_OK)
        return mg_lower_no_memory(l);
    fill(tree, &data, &index);
    mg_lower_place(l, e);
    return mg_lower_built(l, e,
                          mg_constant(l->g, type.dtype, type.shape, data.data));
}

/* ---- Stacking values ---- */

static void refuse_shapes(mg_lower *l, const mg_expr *e, const mg_shape *first,
                          const mg_shape *other)
{
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    mg_lower_error(
        l, e, "values of different shapes cannot be stacked: %s and %s",
        mg_shape_text(first, buffer[0]), mg_shape_text(other, buffer[1]));
}

mg_value mg_lower_stack(mg_lower *l, const mg_expr *e, size_t n,
                        const mg_value value[], int64_t axis)
{
    mg_value *const part = mg_lower_alloc(l, n + 1, sizeof(*part));
    const mg_shape shape = mg_value_shape(l->g, value[0]);
    mg_shape with = shape;
    if (!part)
        return (mg_value){0};
    if (shape.rank == MG_MAX_RANK || axis < -shape.rank - 1 ||
        axis > shape.rank) {
        mg_lower_error(l, e, "no axis %lld can be added to %d axes",
                       (long long)axis, shape.rank);
        return (mg_value){0};
    }
    mg_shape_insert(&with, (int)(axis < 0 ? axis + shape.rank + 1 : axis), 1);
    mg_lower_place(l, e);
    for (size_t i = 0; i < n; i++) {
        const mg_shape other = mg_value_shape(l->g, value[i]);
        if (!mg_shape_equal(&shape, &other)) {
            refuse_shapes(l, e, &shape, &other);
            return (mg_value){0};
        }
        part[i] = mg_reshape(l->g, value[i], &with);
    }
    const int64_t canonical = axis < 0 ? axis + shape.rank + 1 : axis;
    const mg_value stacked = mg_concat(l->g, (int)n, part, canonical);
    return mg_lower_built(l, e, stacked).as.value;
}

static mg_value stack_tree(mg_lower *l, const leaf *tree)
{
    if (!tree->list)
        return mg_lower_value(l, &tree->item, tree->e);
    if (tree->n == 0) {
        mg_lower_error(l, tree->e, "an empty list among others");
        return (mg_value){0};
    }
    mg_value *const value = mg_lower_alloc(l, tree->n, sizeof(*value));
    for (size_t i = 0; i < tree->n && value; i++) {
        value[i] = stack_tree(l, &tree->list[i]);
        if (!value[i].id)
            return (mg_value){0};
    }
    if (!value || !mg_lower_count(l, tree->e))
        return (mg_value){0};
    return mg_lower_stack(l, tree->e, tree->n, value, 0);
}

mg_item mg_lower_list(mg_lower *l, const mg_expr *e)
{
    leaf tree = {0};
    if (!lower_leaves(l, e, &tree))
        return mg_item_error;
    const survey s = survey_tree(&tree);
    if (s.known)
        return make_constant(l, e, &tree, &s);
    const mg_value value = stack_tree(l, &tree);
    return value.id ? mg_item_value(value) : mg_item_error;
}
