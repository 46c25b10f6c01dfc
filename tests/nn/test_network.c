#define _GNU_SOURCE /* pthread_getattr_np */
#include "base/one_thread.h"
#include "nn/batch.h"
#include "nn/network.h"
#include <nearsym/bench.h>

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

static nsym_network *network_new(const nsym_model_spec *spec, size_t events, size_t rows) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, events, rows), NSYM_OK);
    nsym_network_initialise(network, 11);
    return network;
}

static size_t parameters_of(const nsym_model_spec *spec) {
    nsym_network *network = network_new(spec, 1, 2);
    size_t parameters = nsym_network_parameters(network);
    nsym_network_free(network);
    return parameters;
}

/* The networks of PRD 111, 072002, as its code builds them: the last size of a list is there twice. */
static void published_networks_have_their_parameter_counts(void **state) {
    (void)state;
    nsym_model_spec general = {.kind = NSYM_PFN,
                               .particle_input = {"p4", 4},
                               .slots = 2,
                               .particle_map = {3, {128, 128, 128}},
                               .latent = 16,
                               .hidden = {4, {512, 256, 128, 128}},
                               .norm = NSYM_NORM_SLOT};
    assert_int_equal(parameters_of(&general), 227357);

    nsym_model_spec invariant = {.kind = NSYM_FCN,
                                 .event_input = {"invariants", 2},
                                 .hidden = {5, {512, 256, 256, 128, 128}},
                                 .norm = NSYM_NORM_SLOT};
    assert_int_equal(parameters_of(&invariant), 250753);

    nsym_model_spec hybrid = general;
    hybrid.kind = NSYM_HYBRID;
    hybrid.particle_map = hybrid.event_map = (nsym_sizes){2, {64, 64}};
    hybrid.event_input = (nsym_input){"invariants", 2};
    hybrid.gate_input = (nsym_input){"pt", 1};
    hybrid.gate_map = (nsym_sizes){3, {64, 64, 64}};
    assert_int_equal(parameters_of(&hybrid), 211755);

    hybrid.particle_map = general.particle_map;
    assert_int_equal(parameters_of(&hybrid), 241967);
}

/* Two latents side by side: nothing but the particle map, the event map and a classifier of both. */
static void plain_concatenation_has_no_gate(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_HYBRID, NSYM_NORM_NONE);
    spec.combination = NSYM_COMBINE_CONCAT_INPUT;
    size_t with_gate = parameters_of(&spec);
    spec.combination = NSYM_COMBINE_CONCAT;
    assert_int_equal(with_gate - parameters_of(&spec), spec.gate_input.width * spec.hidden.size[0]);
    spec.gate_input.width = 0; /* nobody reads it */
    assert_int_equal(with_gate - parameters_of(&spec), WEIGHT_WIDTH * spec.hidden.size[0]);
}

/* The networks of arXiv:2311.05952, counted in its code. */
static void published_shower_networks_have_their_parameter_counts(void **state) {
    (void)state;
    static const size_t sizes[5] = {32, 64, 128, 256, 512};
    static const size_t fcn_uniform[5] = {18689, 41473, 99329, 264193, 790529};
    static const size_t fcn_rect[5] = {12929, 29953, 76289, 218113, 698369};
    static const size_t pfn[5] = {7553, 29441, 116225, 461825, 1841153};
    for (size_t i = 0; i < 5; i++) {
        size_t s = sizes[i];
        nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"images", 516}, .hidden = {3, {s, s, s}}};
        assert_int_equal(parameters_of(&spec), fcn_uniform[i]);
        spec.event_input.width = 336;
        assert_int_equal(parameters_of(&spec), fcn_rect[i]);
        spec = (nsym_model_spec){.kind = NSYM_PFN,
                                 .particle_input = {"cells", 3},
                                 .particle_map = {3, {s, s, s}},
                                 .latent = s,
                                 .hidden = {4, {s, s, s, s}},
                                 .linear_first = true};
        assert_int_equal(parameters_of(&spec), pfn[i]);
    }
}

static void tensors_tile_the_blocks_in_order(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_HYBRID, NSYM_NORM_SLOT);
    nsym_network *network = network_new(&spec, 4, 8);
    size_t values = 0, running = 0;
    for (size_t i = 0; i < nsym_network_tensors(network); i++) {
        const nsym_tensor *tensor = nsym_network_tensor(network, i);
        size_t *end = tensor->running ? &running : &values;
        assert_int_equal(tensor->offset, *end);
        *end += tensor->shape[0] * tensor->shape[1];
    }
    assert_int_equal(values, nsym_network_parameters(network));
    assert_int_equal(running, nsym_network_states(network));
    assert_string_equal(nsym_network_tensor(network, 0)->name, "particle_map.0.weight");
    assert_string_equal(nsym_network_tensor(network, 5)->name, "particle_map.0.norm.running_var");
    assert_int_equal(nsym_network_tensor(network, 5)->shape[0], spec.slots);
    nsym_network_free(network);
}

static void initial_weights_fill_their_bounds_and_depend_on_the_seed_only(void **state) {
    (void)state;
    nsym_model_spec spec = {
        .kind = NSYM_FCN, .event_input = {"x", 25}, .hidden = {1, {400}}, .norm = NSYM_NORM_FEATURE};
    nsym_network *a = network_new(&spec, 1, 1), *b = network_new(&spec, 7, 1);
    size_t size = nsym_network_parameters(a) * sizeof(real);
    assert_memory_equal(nsym_network_values(a), nsym_network_values(b), size);
    nsym_network_initialise(b, 12);
    assert_memory_not_equal(nsym_network_values(a), nsym_network_values(b), size);
    double largest = 0;
    for (size_t i = 0; i < 25 * 400; i++) largest = fmax(largest, fabs((double)nsym_network_values(a)[i]));
    assert_true(largest <= 0.2 && largest > 0.199); /* 1 / sqrt(25) */
    for (size_t i = 0; i < 400; i++) {
        assert_true(nsym_network_values(a)[26 * 400 + i] == 1 && nsym_network_values(a)[27 * 400 + i] == 0);
        assert_true(nsym_network_state(a)[i] == 0 && nsym_network_state(a)[400 + i] == 1);
    }
    nsym_network_free(a);
    nsym_network_free(b);
}

static void particle_flow_does_not_see_the_order_of_particles(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_PFN, NSYM_NORM_FEATURE);
    sample e = sample_new(40, 0, 3);
    nsym_network *network = network_new(&spec, 40, e.offsets[40]);
    real before[40];
    memcpy(before, nsym_network_forward(network, &e.batch, true), sizeof before);
    for (size_t i = 0; i < 40; i++) { /* reverse every event */
        for (size_t a = e.offsets[i], b = e.offsets[i + 1]; a + 1 < b; a++, b--) {
            for (size_t j = 0; j < PARTICLE_WIDTH; j++) {
                real swap = e.particles[a * PARTICLE_WIDTH + j];
                e.particles[a * PARTICLE_WIDTH + j] = e.particles[(b - 1) * PARTICLE_WIDTH + j];
                e.particles[(b - 1) * PARTICLE_WIDTH + j] = swap;
            }
        }
    }
    const real *after = nsym_network_forward(network, &e.batch, true);
    for (size_t i = 0; i < 40; i++) assert_true(fabs((double)(after[i] - before[i])) < 1e-5); /* float sums reordered */
    nsym_network_free(network);
    sample_free(&e);
}

static void a_prediction_does_not_depend_on_the_rest_of_its_batch(void **state) {
    (void)state;
    for (int kind = NSYM_FCN; kind <= NSYM_HYBRID; kind++) {
        nsym_model_spec spec = small_spec((nsym_model_kind)kind, NSYM_NORM_FEATURE);
        sample e = sample_new(30, 0, 4);
        nsym_network *network = network_new(&spec, 30, e.offsets[30]);
        for (int i = 0; i < 5; i++) nsym_network_forward(network, &e.batch, true); /* running statistics of their own */
        real together[30];
        memcpy(together, nsym_network_forward(network, &e.batch, false), sizeof together);
        for (size_t i = 0; i < 30; i++) {
            uint32_t offsets[2] = {0, e.offsets[i + 1] - e.offsets[i]};
            nsym_batch one = {.events = 1,
                              .offsets = offsets,
                              .particles = e.particles + e.offsets[i] * PARTICLE_WIDTH,
                              .event = e.event + i * EVENT_WIDTH,
                              .gate = e.weight + i * WEIGHT_WIDTH};
            real alone = *nsym_network_forward(network, &one, false);
            assert_true(fabs((double)(alone - together[i])) < 1e-5); /* products of other shapes round differently */
        }
        nsym_network_free(network);
        sample_free(&e);
    }
}

static void gate_weights_are_a_hybrids_and_sum_to_one(void **state) {
    (void)state;
    sample e = sample_new(20, 2, 5);
    nsym_model_spec spec = small_spec(NSYM_HYBRID, NSYM_NORM_SLOT);
    nsym_network *network = network_new(&spec, 20, 40);
    nsym_network_forward(network, &e.batch, true);
    const real *gate = nsym_network_gate(network);
    for (size_t i = 0; i < 20; i++) {
        assert_true(gate[2 * i] > 0 && gate[2 * i + 1] > 0);
        assert_true(fabs((double)(gate[2 * i] + gate[2 * i + 1]) - 1) < 1e-6);
    }
    nsym_network_free(network);
    spec.kind = NSYM_PFN;
    network = network_new(&spec, 20, 40);
    assert_null(nsym_network_gate(network));
    nsym_network_free(network);
    sample_free(&e);
}

static void running_statistics_follow_the_batch_with_momentum_and_unbiased_variance(void **state) {
    (void)state;
    nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"x", 1}, .hidden = {1, {1}}, .norm = NSYM_NORM_FEATURE};
    nsym_network *network = network_new(&spec, 3, 1);
    real *values = nsym_network_values(network);
    values[0] = 2, values[1] = 5; /* z = 2 x + 5 */
    const real x[3] = {1, 2, 6};  /* z = 7, 9, 17: mean 11, variance 28 */
    nsym_batch batch = {.events = 3, .event = x};
    nsym_network_forward(network, &batch, true);
    const real *running = nsym_network_state(network);
    assert_true(fabs((double)running[0] - 1.1) < 1e-6);
    assert_true(fabs((double)running[1] - (0.9 + 2.8)) < 1e-6);

    batch.events = 1; /* z = 7 has a mean, but no variance */
    nsym_network_forward(network, &batch, true);
    assert_true(fabs((double)running[0] - (0.99 + 0.7)) < 1e-6);
    assert_true(fabs((double)running[1] - (0.9 + 2.8)) < 1e-6);
    nsym_network_free(network);
}

/* The hits of images (rows, inputs). Shapes: first (rows + 1), column and value as many as there are. */
static void list_hits(uint32_t *first, uint32_t *column, real *value, const real *x, size_t rows, size_t inputs) {
    uint32_t n = 0;
    for (size_t i = 0; i < rows; i++) {
        first[i] = n;
        for (size_t c = 0; c < inputs; c++) {
            if (x[i * inputs + c] == 0) continue;
            column[n] = (uint32_t)c;
            value[n++] = x[i * inputs + c];
        }
    }
    first[rows] = n;
}

static void a_batch_of_hits_answers_and_learns_as_its_images_to_the_bit(void **state) {
    (void)state;
    enum { IMAGES = 30, CELLS = 72 };
    nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"image", CELLS}, .hidden = {2, {70, 20}}};
    assert_true(nsym_takes_hits(&spec));
    nsym_random random = nsym_random_stream(3, "images", 0);
    real *x = normals(&random, IMAGES * CELLS), *dlogits = normals(&random, IMAGES);
    uint32_t first[IMAGES + 1], column[IMAGES * CELLS];
    real value[IMAGES * CELLS];
    for (size_t i = 0; i < IMAGES * CELLS; i++)
        if (nsym_random_below(&random, 20) > 0 || i / CELLS == 4) x[i] = 0; /* image 4 is empty */
    list_hits(first, column, value, x, IMAGES, CELLS);
    assert_true(first[IMAGES] > 50 && first[IMAGES] <= nsym_hits_most(IMAGES, CELLS));
    nsym_network *dense = network_new(&spec, IMAGES, 1), *listed = network_new(&spec, IMAGES, 1);
    const nsym_batch images = {.events = IMAGES, .event = x};
    const nsym_batch hits = {.events = IMAGES, .hits = {first, column, value}};
    const real *a = nsym_network_forward(dense, &images, true), *b = nsym_network_forward(listed, &hits, true);
    assert_memory_equal(a, b, IMAGES * sizeof *a);
    nsym_network_backward(dense, &images, dlogits);
    nsym_network_backward(listed, &hits, dlogits);
    assert_memory_equal(nsym_network_gradients(dense), nsym_network_gradients(listed),
                        nsym_network_parameters(dense) * sizeof *a);
    a = nsym_network_forward(listed, &images, false); /* what a batch before had is forgotten */
    assert_memory_equal(a, nsym_network_forward(dense, &hits, false), IMAGES * sizeof *a);
    spec.event_input.width = 63;
    assert_false(nsym_takes_hits(&spec));
    nsym_network_free(dense);
    nsym_network_free(listed);
    free(x);
    free(dlogits);
}

static void a_batch_of_events_without_particles_has_no_gradient_in_the_particle_map(void **state) {
    (void)state;
    static const struct {
        nsym_model_kind kind;
        nsym_norm norm;
    } cases[] = {{NSYM_PFN, NSYM_NORM_NONE}, {NSYM_PFN, NSYM_NORM_FEATURE}, {NSYM_EFN, NSYM_NORM_NONE}};
    for (size_t c = 0; c < 3; c++) {
        nsym_model_spec spec = small_spec(cases[c].kind, cases[c].norm);
        nsym_network *network = network_new(&spec, 3, 5);
        const uint32_t offsets[4] = {0};
        const real particles[1] = {0}, dlogits[3] = {1, 1, -1};
        nsym_batch batch = {.events = 3, .offsets = offsets, .particles = particles};
        for (size_t i = 0; i < nsym_network_parameters(network); i++) nsym_network_gradients(network)[i] = NAN;
        const real *logits = nsym_network_forward(network, &batch, true);
        assert_true(isfinite(logits[0]) && logits[0] == logits[1] && logits[0] == logits[2]);
        nsym_network_backward(network, &batch, dlogits);
        for (size_t i = 0; i < nsym_network_tensors(network); i++) {
            const nsym_tensor *tensor = nsym_network_tensor(network, i);
            if (tensor->running) continue;
            for (size_t k = 0; k < tensor->shape[0] * tensor->shape[1]; k++) {
                real gradient = nsym_network_gradients(network)[tensor->offset + k];
                assert_true(strncmp(tensor->name, "particle", 8) == 0 ? gradient == 0 : isfinite(gradient));
            }
        }
        for (size_t i = 0; i < nsym_network_states(network); i++) assert_true(isfinite(nsym_network_state(network)[i]));
        nsym_network_free(network);
    }
}

static void operations_are_counted_from_the_shapes(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_PFN, NSYM_NORM_FEATURE);
    nsym_network *network = network_new(&spec, 1, 2);
    double input = 2 * 4 * 7, map = 2 * 7 * 6; /* its last layer, 6 x 3, follows the pooling */
    double rest = 2 * (6 * 3 + 3 * 9 + 9 * 5 + 5);
    assert_true(fabs(nsym_network_flops(network, 2.5, false) - (2.5 * (input + map) + rest)) < 1e-9);
    assert_true(fabs(nsym_network_flops(network, 2.5, true) - (2.5 * (2 * input + 3 * map) + 3 * rest)) < 1e-9);
    nsym_network_free(network);
    spec = small_spec(NSYM_EFN, NSYM_NORM_NONE);
    network = network_new(&spec, 1, 2);
    input = 2 * 3 * 7; /* the map does not read the energy */
    assert_true(fabs(nsym_network_flops(network, 2.5, true) - (2.5 * (2 * input + 3 * map) + 3 * rest)) < 1e-9);
    nsym_network_free(network);
}

static void the_callers_openmp_threads_are_left_as_they_were(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_FCN, NSYM_NORM_NONE);
    sample e = sample_new(2, 1, 6);
    nsym_network *network = network_new(&spec, 2, 1);
    omp_set_num_threads(3);
    nsym_network_forward(network, &e.batch, false);
    assert_int_equal(omp_get_max_threads(), 3);
    nsym_network_free(network);
    sample_free(&e);
}

static char *stack_begin, *stack_end;
static volatile sig_atomic_t alarms, astray;

static void on_alarm(int number) {
    char here = (char)number;
    alarms++;
    if (&here < stack_begin || &here >= stack_end) astray++;
}

/* A kernel of oneDNN's that keeps its stack pointer in memory of its own would let a handler write below that. */
static void a_signals_handler_runs_on_the_threads_own_stack(void **state) {
    (void)state;
    const nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"lorentz", EVENT_WIDTH}, .hidden = {2, {64, 64}}};
    sample e = sample_new(128, 1, 3);
    nsym_network *network = network_new(&spec, 128, 1);
    pthread_attr_t attributes;
    size_t size;
    void *begin;
    assert_int_equal(pthread_getattr_np(pthread_self(), &attributes), 0);
    assert_int_equal(pthread_attr_getstack(&attributes, &begin, &size), 0);
    pthread_attr_destroy(&attributes);
    stack_begin = begin;
    stack_end = stack_begin + size;
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    const struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    for (int step = 0; step < 50000 && alarms < 500; step++) {
        nsym_network_forward(network, &e.batch, true);
        nsym_network_backward(network, &e.batch, e.labels);
    }
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    sigaction(SIGALRM, &before, NULL);
    assert_true(alarms > 0); /* they wait, and are not lost */
    assert_int_equal(astray, 0);
    nsym_network_free(network);
    sample_free(&e);
}

static void refused(nsym_model_spec spec, const char *member) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, &spec, 8, 16), NSYM_EINVAL);
    assert_ptr_equal(strstr(nsym_message(), member), nsym_message());
}

static void a_spec_that_makes_no_sense_is_refused_by_the_name_of_its_member(void **state) {
    (void)state;
    const nsym_model_spec good = small_spec(NSYM_HYBRID, NSYM_NORM_SLOT);
    nsym_model_spec bad = good;
    bad.initialisation = (nsym_initialisation)5, refused(bad, "initialisation is 5"), bad = good;
    bad.kind = (nsym_model_kind)7, refused(bad, "kind is 7"), bad = good;
    bad.norm = (nsym_norm)3, refused(bad, "norm is 3"), bad = good;
    bad.activation = (nsym_activation)3, refused(bad, "activation is 3"), bad = good;
    bad.pooling = (nsym_pooling)2, refused(bad, "pooling is 2"), bad = good;
    bad.combination = (nsym_combination)5, refused(bad, "combination is 5"), bad = good;
    bad.activation = NSYM_LEAKY_RELU, bad.leak = -0.1, refused(bad, "leak is -0.1"), bad = good;
    bad.particle_input.width = 0, refused(bad, "particle_input.width is 0"), bad = good;
    bad.event_input.width = 0, refused(bad, "event_input.width is 0"), bad = good;
    bad.gate_input.width = 0, refused(bad, "gate_input.width is 0"), bad = good;
    bad.latent = 0, refused(bad, "latent is 0"), bad = good;
    bad.slots = 0, refused(bad, "slots is 0"), bad = good;
    bad.hidden.size[1] = 0, refused(bad, "hidden[1] is 0"), bad = good;
    bad.particle_map.count = 17, refused(bad, "particle_map has 17 layers"), bad = good;
    bad.event_map.size[0] = (size_t)1 << 40, refused(bad, "event_map[0] is 1099511627776"), bad = good;
    bad.gate_map.size[0] = 0, refused(bad, "gate_map[0] is 0");

    bad = good;
    bad.padded = 7, refused(bad, "padded is 7, must be 0 except for kind: pfn"), bad.kind = NSYM_PFN;
    refused(bad, "padded is 7"), bad.norm = NSYM_NORM_NONE, bad.pooling = NSYM_POOL_MEAN;
    refused(bad, "padded is 7"), bad.pooling = NSYM_POOL_SUM, bad.slots = 8;
    refused(bad, "padded is 7, must not be below the slots, 8"), bad.padded = (size_t)1 << 40;
    refused(bad, "padded is 1099511627776");

    const nsym_model_spec efn = small_spec(NSYM_EFN, NSYM_NORM_NONE);
    bad = efn, bad.norm = NSYM_NORM_FEATURE, refused(bad, "norm must be none for kind: efn");
    bad = efn, bad.pooling = NSYM_POOL_MEAN, refused(bad, "pooling must be sum for kind: efn");
    bad = efn, bad.padded = 7, refused(bad, "padded is 7, must be 0 except for kind: pfn");
    bad = efn, bad.particle_input.width = 1,
    refused(bad, "particle_input.width is 1, must be at least 2 for kind: efn");
    bad = efn, bad.particle_input.width = (size_t)1 << 40, refused(bad, "particle_input.width is 1099511627776");
    bad = efn, bad.latent = 0, refused(bad, "latent is 0");

    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, &good, 0, 16), NSYM_EINVAL);
    assert_int_equal(nsym_network_new(&network, &good, 8, 0), NSYM_EINVAL);
}

static void the_rates_of_any_model_can_be_measured(void **state) {
    (void)state;
    nsym_model_spec spec = small_spec(NSYM_HYBRID, NSYM_NORM_SLOT);
    const nsym_bench_task good = {
        .batch = 16, .particles = 2, .copies = 1, .weight_decay = 0.01, .seconds = 1e-3, .threads = 1};
    nsym_bench_rate rate;
    assert_int_equal(nsym_bench_train(&rate, &spec, &good), NSYM_OK);
    assert_true(rate.events_per_second > 0 && rate.events_per_cpu_second > 0);
    assert_true(rate.gflops > 0 && rate.sgemm_gflops > 0);
    nsym_bench_task two = good;
    two.threads = 2;
    two.batch = 300; /* more than are predicted at once */
    assert_int_equal(nsym_bench_predict(&rate, &spec, &two), NSYM_OK);
    assert_true(rate.events_per_second > 0 && rate.gflops > 0);
    nsym_bench_task bad = good;
    bad.threads = 0, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL), bad = good;
    bad.batch = 0, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL), bad = good;
    bad.seconds = 0, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL), bad = good;
    bad.particles = 3, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL); /* there are two slots */
    bad.particles = 0, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL), bad = good;
    bad.copies = 3, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL);
    bad.copies = 0, assert_int_equal(nsym_bench_train(&rate, &spec, &bad), NSYM_EINVAL);

    const nsym_bench_task copies = {.batch = 16, .particles = 9, .copies = 8, .seconds = 1e-3, .threads = 1};
    spec = small_spec(NSYM_PFN, NSYM_NORM_NONE);
    spec.padded = 12;
    assert_int_equal(nsym_bench_train(&rate, &spec, &copies), NSYM_OK);
    spec.padded = 11; /* some of the events have 12 */
    assert_int_equal(nsym_bench_train(&rate, &spec, &copies), NSYM_EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_networks_have_their_parameter_counts),
        cmocka_unit_test(plain_concatenation_has_no_gate),
        cmocka_unit_test(published_shower_networks_have_their_parameter_counts),
        cmocka_unit_test(tensors_tile_the_blocks_in_order),
        cmocka_unit_test(initial_weights_fill_their_bounds_and_depend_on_the_seed_only),
        cmocka_unit_test(particle_flow_does_not_see_the_order_of_particles),
        cmocka_unit_test(a_prediction_does_not_depend_on_the_rest_of_its_batch),
        cmocka_unit_test(gate_weights_are_a_hybrids_and_sum_to_one),
        cmocka_unit_test(running_statistics_follow_the_batch_with_momentum_and_unbiased_variance),
        cmocka_unit_test(a_batch_of_hits_answers_and_learns_as_its_images_to_the_bit),
        cmocka_unit_test(a_batch_of_events_without_particles_has_no_gradient_in_the_particle_map),
        cmocka_unit_test(operations_are_counted_from_the_shapes),
        cmocka_unit_test(the_callers_openmp_threads_are_left_as_they_were),
        cmocka_unit_test(a_signals_handler_runs_on_the_threads_own_stack),
        cmocka_unit_test(a_spec_that_makes_no_sense_is_refused_by_the_name_of_its_member),
        cmocka_unit_test(the_rates_of_any_model_can_be_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
