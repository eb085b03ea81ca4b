/* limits: what a loop can hold (loop.h), asked of nodes before they are one.
 * Layer optimise. */
#include "optimise/loop.h"

/* Of an operand: a value from elsewhere that was counted. */
#define SEEN UINT32_MAX

/* Nodes that may become a loop. */
typedef struct {
    int n;
    const mg_node *const *node;
    const bool *output;
    mg_extent extent;
    uint32_t *place; /* by id: a member's number + 1, SEEN, or 0 */
} trial;

/* The member that gives an input, or -1. */
static int member_of(const trial *t, mg_value input)
{
    const uint32_t place = t->place[input.id];
    return place == 0 || place == SEEN ? -1 : (int)place - 1;
}

static int count_operands(const trial *t)
{
    int count = 0;
    for (int m = 0; m < t->n; m++) {
        count += t->output[m];
        for (int i = 0; i < t->node[m]->n_inputs; i++) {
            uint32_t *const place = &t->place[t->node[m]->input[i].id];
            count += *place == 0;
            *place = *place == 0 ? SEEN : *place;
        }
    }
    return count;
}

/* Registers of a level that are taken at once: a result that nobody else reads
 * takes one until its last reader is done. */
static int most_registers(const trial *t, const int last[], mg_level level)
{
    int most = 0;
    for (int at = 0; at < t->n; at++) {
        int taken = 0;
        for (int m = 0; m <= at; m++)
            taken += !t->output[m] && last[m] >= at &&
                     mg_level_of(&t->extent, t->node[m]) == level;
        most = taken > most ? taken : most;
    }
    return most;
}

/* Numbers of rows among the members that full members read. */
static int count_spreads(const trial *t)
{
    bool spread[MG_LOOP_INSTRUCTIONS] = {false};
    int count = 0;
    for (int m = 0; m < t->n; m++)
        for (int i = 0; i < t->node[m]->n_inputs; i++) {
            const int from = member_of(t, t->node[m]->input[i]);
            if (from >= 0 &&
                mg_level_of(&t->extent, t->node[m]) == MG_LEVEL_FULL &&
                mg_level_of(&t->extent, t->node[from]) == MG_LEVEL_ROW)
                spread[from] = true;
        }
    for (int m = 0; m < t->n; m++)
        count += spread[m];
    return count;
}

static bool is_within(const trial *t)
{
    int last[MG_LOOP_INSTRUCTIONS];
    for (int m = 0; m < t->n; m++) {
        last[m] = m;
        for (int i = 0; i < t->node[m]->n_inputs; i++) {
            const int from = member_of(t, t->node[m]->input[i]);
            if (from >= 0)
                last[from] = m;
        }
    }
    return count_spreads(t) <= MG_LOOP_SPREADS &&
           most_registers(t, last, MG_LEVEL_FULL) <= MG_LOOP_REGISTERS &&
           most_registers(t, last, MG_LEVEL_ROW) <= MG_LOOP_REGISTERS &&
           count_operands(t) <= MG_LOOP_OPERANDS;
}

bool mg_fits_a_loop(const mg_graph *g, int n, const mg_node *const node[],
                    const bool output[], uint32_t place[])
{
    trial t = {.n = n, .node = node, .output = output, .place = place};
    if (n > MG_LOOP_INSTRUCTIONS ||
        !mg_extent_of(g, (size_t)n, node, &t.extent))
        return false;
    for (int m = 0; m < n; m++)
        place[node[m]->self.id] = (uint32_t)m + 1;
    const bool fits = is_within(&t);
    for (int m = 0; m < n; m++) {
        place[node[m]->self.id] = 0;
        for (int i = 0; i < node[m]->n_inputs; i++)
            place[node[m]->input[i].id] = 0;
    }
    return fits;
}
