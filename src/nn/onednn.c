#include "nn/onednn.h"

#include "base/cpu.h"
#include "base/fail.h"
#include <nearsym/bench.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static bool bound;

static void bind_isa(void) {
#ifdef NSYM_X86
    static const dnnl_cpu_isa_t isa[] = {[NSYM_CPU_PLAIN] = dnnl_cpu_isa_sse41,
                                         [NSYM_CPU_AVX2] = dnnl_cpu_isa_avx2,
                                         [NSYM_CPU_AVX512] = dnnl_cpu_isa_avx512_core,
                                         [NSYM_CPU_AVX512_BF16] = dnnl_cpu_isa_avx512_core_bf16,
                                         [NSYM_CPU_AMX] = dnnl_cpu_isa_avx512_core_amx};
    bound = dnnl_set_max_cpu_isa(isa[nsym_cpu_in_use()]) == dnnl_success;
#else
    bound = true;
#endif
}

nsym_status nsym_onednn_bind(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    NSYM_TRY(nsym_cpu_check());
    pthread_once(&once, bind_isa);
    if (bound || !nsym_cpu_asked()) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "NSYM_CPU=%s: oneDNN was used before nearsym in this program and keeps its own choice",
                     getenv("NSYM_CPU"));
}

static nsym_layout *room_for_one(nsym_layouts *list) {
    nsym_layout *grown = realloc(list->layout, (list->count + 1) * sizeof *grown);
    if (grown) list->layout = grown;
    return grown ? &grown[list->count] : NULL;
}

static void set_dims(dnnl_dims_t to, int n, const size_t *dims) {
    for (int i = 0; i < n; i++) to[i] = (dnnl_dim_t)dims[i];
}

static const dnnl_dims_t ones = {1, 1}, twos = {2, 2}, none = {0, 0};

#if DNNL_VERSION_MAJOR >= 3

static dnnl_status_t keep(nsym_layouts *list, nsym_layout *out, dnnl_memory_desc_t made, dnnl_status_t status) {
    nsym_layout *place = status == dnnl_success ? room_for_one(list) : NULL;
    if (status == dnnl_success && !place) {
        dnnl_memory_desc_destroy(made);
        return dnnl_out_of_memory;
    }
    if (status != dnnl_success) return status;
    *out = *place = made;
    list->count++;
    return dnnl_success;
}

dnnl_status_t nsym_layout_add_of(nsym_layouts *list, nsym_layout *out, dnnl_data_type_t type, int n, const size_t *dims,
                                 dnnl_format_tag_t tag) {
    dnnl_memory_desc_t made = NULL;
    dnnl_dims_t sizes;
    set_dims(sizes, n, dims);
    dnnl_status_t status = dnnl_memory_desc_create_with_tag(&made, n, sizes, type, tag);
    return keep(list, out, made, status);
}

dnnl_status_t nsym_layout_copy(nsym_layouts *list, nsym_layout *out, nsym_layout layout) {
    dnnl_memory_desc_t made = NULL;
    dnnl_status_t status = dnnl_memory_desc_clone(&made, layout);
    return keep(list, out, made, status);
}

void nsym_layouts_free(nsym_layouts *list) {
    for (size_t i = 0; i < list->count; i++) dnnl_memory_desc_destroy((dnnl_memory_desc_t)list->layout[i]);
    free(list->layout);
    *list = (nsym_layouts){0};
}

dnnl_status_t nsym_describe_convolution(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                        const nsym_convolution_layouts *l, const_dnnl_primitive_attr_t attr) {
    const dnnl_dims_t padding = {(dnnl_dim_t)l->padding, (dnnl_dim_t)l->padding};
    return dnnl_convolution_forward_primitive_desc_create(out, engine, dnnl_forward_training, dnnl_convolution_direct,
                                                          l->x, l->weights, l->bias, l->y, ones, none, padding, padding,
                                                          attr);
}

dnnl_status_t nsym_describe_data_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                          const nsym_convolution_layouts *l, const_dnnl_primitive_attr_t attr,
                                          const_dnnl_primitive_desc_t forward) {
    const dnnl_dims_t padding = {(dnnl_dim_t)l->padding, (dnnl_dim_t)l->padding};
    return dnnl_convolution_backward_data_primitive_desc_create(out, engine, dnnl_convolution_direct, l->x, l->weights,
                                                                l->y, ones, none, padding, padding, forward, attr);
}

dnnl_status_t nsym_describe_weights_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                             const nsym_convolution_layouts *l, const_dnnl_primitive_attr_t attr,
                                             const_dnnl_primitive_desc_t forward) {
    const dnnl_dims_t padding = {(dnnl_dim_t)l->padding, (dnnl_dim_t)l->padding};
    return dnnl_convolution_backward_weights_primitive_desc_create(out, engine, dnnl_convolution_direct, l->x,
                                                                   l->weights, l->bias, l->y, ones, none, padding,
                                                                   padding, forward, attr);
}

static dnnl_status_t describe_activation(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout y, float leak) {
    return dnnl_eltwise_forward_primitive_desc_create(out, engine, dnnl_forward_training,
                                                      dnnl_eltwise_relu_use_dst_for_bwd, y, y, leak, 0, NULL);
}

static dnnl_status_t describe_its_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout y, float leak,
                                           const_dnnl_primitive_desc_t forward) {
    return dnnl_eltwise_backward_primitive_desc_create(out, engine, dnnl_eltwise_relu_use_dst_for_bwd, y, y, y, leak, 0,
                                                       forward, NULL);
}

dnnl_status_t nsym_describe_pool(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout x, nsym_layout y) {
    return dnnl_pooling_forward_primitive_desc_create(out, engine, dnnl_forward_training, dnnl_pooling_max, x, y, twos,
                                                      twos, none, none, none, NULL);
}

dnnl_status_t nsym_describe_pool_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout x,
                                          nsym_layout y, const_dnnl_primitive_desc_t forward) {
    return dnnl_pooling_backward_primitive_desc_create(out, engine, dnnl_pooling_max, x, y, twos, twos, none, none,
                                                       none, forward, NULL);
}

dnnl_status_t nsym_append_activation(dnnl_post_ops_t after, float leak) {
    return dnnl_post_ops_append_eltwise(after, dnnl_eltwise_relu, leak, 0);
}

dnnl_status_t nsym_describe_product(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout a, nsym_layout b,
                                    nsym_layout c, const_dnnl_primitive_attr_t attr) {
    return dnnl_matmul_primitive_desc_create(out, engine, a, b, NULL, c, attr);
}

static dnnl_status_t append_sum(dnnl_post_ops_t after) {
    return dnnl_post_ops_append_sum(after, 1, 0, dnnl_data_type_undef);
}

#else

static dnnl_status_t keep(nsym_layouts *list, nsym_layout *out, const dnnl_memory_desc_t *layout) {
    nsym_layout *place = room_for_one(list);
    dnnl_memory_desc_t *made = place ? malloc(sizeof *made) : NULL;
    if (!made) return dnnl_out_of_memory;
    *made = *layout;
    *out = *place = made;
    list->count++;
    return dnnl_success;
}

dnnl_status_t nsym_layout_add_of(nsym_layouts *list, nsym_layout *out, dnnl_data_type_t type, int n, const size_t *dims,
                                 dnnl_format_tag_t tag) {
    dnnl_memory_desc_t made;
    dnnl_dims_t sizes;
    set_dims(sizes, n, dims);
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(&made, n, sizes, type, tag);
    return status == dnnl_success ? keep(list, out, &made) : status;
}

dnnl_status_t nsym_layout_copy(nsym_layouts *list, nsym_layout *out, nsym_layout layout) {
    return keep(list, out, layout);
}

void nsym_layouts_free(nsym_layouts *list) {
    for (size_t i = 0; i < list->count; i++) free((dnnl_memory_desc_t *)list->layout[i]);
    free(list->layout);
    *list = (nsym_layouts){0};
}

dnnl_status_t nsym_describe_convolution(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                        const nsym_convolution_layouts *l, const_dnnl_primitive_attr_t attr) {
    const dnnl_dims_t padding = {(dnnl_dim_t)l->padding, (dnnl_dim_t)l->padding};
    dnnl_convolution_desc_t d;
    dnnl_status_t status = dnnl_convolution_forward_desc_init(&d, dnnl_forward_training, dnnl_convolution_direct, l->x,
                                                              l->weights, l->bias, l->y, ones, padding, padding);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, attr, engine, NULL) : status;
}

dnnl_status_t nsym_describe_data_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                          const nsym_convolution_layouts *l, const_dnnl_primitive_attr_t attr,
                                          const_dnnl_primitive_desc_t forward) {
    const dnnl_dims_t padding = {(dnnl_dim_t)l->padding, (dnnl_dim_t)l->padding};
    dnnl_convolution_desc_t d;
    dnnl_status_t status = dnnl_convolution_backward_data_desc_init(&d, dnnl_convolution_direct, l->x, l->weights, l->y,
                                                                    ones, padding, padding);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, attr, engine, forward) : status;
}

dnnl_status_t nsym_describe_weights_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                             const nsym_convolution_layouts *l, const_dnnl_primitive_attr_t attr,
                                             const_dnnl_primitive_desc_t forward) {
    const dnnl_dims_t padding = {(dnnl_dim_t)l->padding, (dnnl_dim_t)l->padding};
    dnnl_convolution_desc_t d;
    dnnl_status_t status = dnnl_convolution_backward_weights_desc_init(&d, dnnl_convolution_direct, l->x, l->weights,
                                                                       l->bias, l->y, ones, padding, padding);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, attr, engine, forward) : status;
}

static dnnl_status_t describe_activation(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout y, float leak) {
    dnnl_eltwise_desc_t d;
    dnnl_status_t status =
        dnnl_eltwise_forward_desc_init(&d, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, y, leak, 0);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, NULL, engine, NULL) : status;
}

static dnnl_status_t describe_its_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout y, float leak,
                                           const_dnnl_primitive_desc_t forward) {
    dnnl_eltwise_desc_t d;
    dnnl_status_t status = dnnl_eltwise_backward_desc_init(&d, dnnl_eltwise_relu_use_dst_for_bwd, y, y, leak, 0);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, NULL, engine, forward) : status;
}

dnnl_status_t nsym_describe_pool(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout x, nsym_layout y) {
    dnnl_pooling_desc_t d;
    dnnl_status_t status =
        dnnl_pooling_forward_desc_init(&d, dnnl_forward_training, dnnl_pooling_max, x, y, twos, twos, none, none);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, NULL, engine, NULL) : status;
}

dnnl_status_t nsym_describe_pool_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout x,
                                          nsym_layout y, const_dnnl_primitive_desc_t forward) {
    dnnl_pooling_desc_t d;
    dnnl_status_t status = dnnl_pooling_backward_desc_init(&d, dnnl_pooling_max, x, y, twos, twos, none, none);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, NULL, engine, forward) : status;
}

dnnl_status_t nsym_append_activation(dnnl_post_ops_t after, float leak) {
    return dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, leak, 0);
}

dnnl_status_t nsym_describe_product(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout a, nsym_layout b,
                                    nsym_layout c, const_dnnl_primitive_attr_t attr) {
    dnnl_matmul_desc_t d;
    dnnl_status_t status = dnnl_matmul_desc_init(&d, a, b, NULL, c);
    return status == dnnl_success ? dnnl_primitive_desc_create(out, &d, attr, engine, NULL) : status;
}

static dnnl_status_t append_sum(dnnl_post_ops_t after) {
    return dnnl_post_ops_append_sum(after, 1);
}

#endif

dnnl_status_t nsym_layout_add(nsym_layouts *list, nsym_layout *out, int n, const size_t *dims, dnnl_format_tag_t tag) {
    return nsym_layout_add_of(list, out, dnnl_f32, n, dims, tag);
}

dnnl_status_t nsym_append_sum(dnnl_primitive_attr_t attr) {
    dnnl_post_ops_t after;
    dnnl_status_t status = dnnl_post_ops_create(&after);
    if (status != dnnl_success) return status;
    status = append_sum(after);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attr, after);
    dnnl_post_ops_destroy(after);
    return status;
}

bool nsym_onednn_has_bf16(void) {
#ifdef NSYM_X86
    unsigned in_use = (unsigned)dnnl_get_effective_cpu_isa(), wanted = dnnl_cpu_isa_avx512_core_bf16;
    return nsym_cpu_in_use() >= NSYM_CPU_AVX512_BF16 && (in_use & wanted) == wanted; /* each has the bits below it */
#else
    return false;
#endif
}

dnnl_status_t nsym_describe_activation_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout y,
                                                float leak) {
    dnnl_primitive_desc_t forward;
    dnnl_status_t status = describe_activation(&forward, engine, y, leak);
    if (status != dnnl_success) return status;
    status = describe_its_gradient(out, engine, y, leak, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}

static char arithmetic[40];

static void describe_arithmetic(void) {
    const dnnl_version_t *v = dnnl_version();
    snprintf(arithmetic, sizeof arithmetic, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
}

const char *nsym_arithmetic(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, describe_arithmetic);
    return arithmetic;
}
