/* How a task is, from the queue and from its own last word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/run/slurm_task.h"
#include "tests/unit/scratch.h"

static void judge(void **state)
{
    (void)state;
    static const struct {
        const char *line; /* of the queue; NULL: it knows nothing */
        const char *end;  /* the last word; NULL: none */
        bool waits;
        size_t looks;
        enum slurm_phase phase;
        bool fine, hopeless;
        size_t failed, lost;
        const char *how;
    } rows[] = {
        {"7|1|PENDING||Priority", NULL, false, 1, SLURM_WAITING, false, false, 0, 0, ""},
        {"7|1|RUNNING|n1|None", NULL, false, 1, SLURM_RUNNING, false, false, 0, 0, ""},
        /* requeued after it had said something */
        {"7|1|PENDING||BeginTime", "3 n2", false, 1, SLURM_WAITING, false, false, 0, 0, ""},
        {"7|1|COMPLETED|n1|None", "0 n1", false, 1, SLURM_OVER, true, false, 0, 0, "exit 0, n1"},
        {"7|1|COMPLETED|n1|None", NULL, false, 1, SLURM_OVER, true, false, 0, 0, "COMPLETED, n1"},
        {"7|1|COMPLETING|n1|None", "0 n1", false, 1, SLURM_OVER, true, false, 0, 0, "exit 0, n1"},
        {"7|1|COMPLETING|n1|None", NULL, false, 1, SLURM_RUNNING, false, false, 0, 0, ""},
        {"7|1|FAILED|n1|NonZeroExitCode", "3 n1", false, 1, SLURM_OVER, false, false, 1, 0,
         "exit 3, n1"},
        {"7|1|FAILED|n1|NonZeroExitCode", "1 n1", false, 1, SLURM_OVER, false, true, 1, 0,
         "exit 1, n1"},
        {"7|1|FAILED|n1|NonZeroExitCode", "2 n1", false, 1, SLURM_OVER, false, true, 1, 0,
         "exit 2, n1"},
        {"7|1|TIMEOUT|n1|TimeLimit", NULL, false, 1, SLURM_OVER, false, false, 1, 0, "TIMEOUT, n1"},
        {"7|1|NODE_FAIL|n2|None", NULL, false, 1, SLURM_OVER, false, false, 0, 1, "NODE_FAIL, n2"},
        /* its work is in the shared folder all the same */
        {"7|1|NODE_FAIL|n2|None", "0 n2", false, 1, SLURM_OVER, true, false, 0, 0, "exit 0, n2"},
        {"7|1|CANCELLED|n1|None", NULL, false, 1, SLURM_OVER, false, true, 1, 0, "CANCELLED, n1"},
        {"8|N/A|CANCELLED||DependencyNeverSatisfied", NULL, true, 1, SLURM_OVER, false, false, 0, 1,
         "CANCELLED, "},
        /* forgotten */
        {NULL, "0 n1", false, 1, SLURM_OVER, true, false, 0, 0, "exit 0, n1"},
        {NULL, "137 n1", false, 1, SLURM_OVER, false, false, 1, 0, "exit 137, n1"},
        {NULL, NULL, false, 2, SLURM_WAITING, false, false, 0, 0, ""},
        {NULL, NULL, false, 3, SLURM_OVER, false, false, 0, 1, "?"},
        {NULL, "garbage", false, 3, SLURM_OVER, false, false, 0, 1, "?"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scratch s;
        struct slurm_seen seen;
        struct slurm_task t = {.phase = SLURM_WAITING};
        scratch_make(&s);
        if (rows[i].end)
            scratch_write(&s, "end", rows[i].end);
        if (rows[i].line)
            assert_true(slurm_parse(str_c(rows[i].line), &seen));
        for (size_t n = 0; n < rows[i].looks; n++)
            slurm_task_judge(&t, scratch_path(&s, "end"), rows[i].line ? &seen : NULL,
                             rows[i].waits);
        assert_int_equal(t.phase, rows[i].phase);
        assert_int_equal(t.fine, rows[i].fine);
        assert_int_equal(t.hopeless, rows[i].hopeless);
        assert_int_equal(t.failed, rows[i].failed);
        assert_int_equal(t.lost, rows[i].lost);
        assert_string_equal(t.how, rows[i].how);
        scratch_remove(&s);
    }
}

/* A task that is lost again and again is one that fails. */
static void losses(void **state)
{
    (void)state;
    struct slurm_seen seen;
    struct slurm_task t = {.phase = SLURM_WAITING};
    assert_true(slurm_parse(STR("7|1|NODE_FAIL|n2|None"), &seen));
    for (int i = 0; i < SLURM_TASK_LOSSES + 2; i++) {
        t.phase = SLURM_WAITING;
        slurm_task_judge(&t, "/no/such/file", &seen, false);
    }
    assert_int_equal(t.lost, SLURM_TASK_LOSSES);
    assert_int_equal(t.failed, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(judge), cmocka_unit_test(losses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
