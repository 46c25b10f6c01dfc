/* What differs between oneDNN 2 and oneDNN 3: how a layout is held, and how primitives are described. All functions
   that describe a primitive give a new one (free with dnnl_primitive_desc_destroy). */
#ifndef NSYM_NN_ONEDNN_H
#define NSYM_NN_ONEDNN_H

#include <dnnl.h>
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* A layout in memory, borrowed from a list or from the primitive that was asked for it. */
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t nsym_layout;
#else
typedef const dnnl_memory_desc_t *nsym_layout;
#endif

/* Owns layouts. Starts as zeros. */
typedef struct nsym_layouts {
    nsym_layout *layout;
    size_t count;
} nsym_layouts;

/* Lets oneDNN choose among the instructions of the path in use (base/cpu.h). It has to come before any other call of
   oneDNN.
   Errors: a path that NSYM_CPU asks for and that oneDNN does not take any more. */
NSYM_MUST_CHECK nsym_status nsym_onednn_bind(void);

/* Does oneDNN have instructions for bf16 by this path? */
bool nsym_onednn_has_bf16(void);

/* Adds a layout of floats, or of another type, to the list; shape: dims (n). */
dnnl_status_t nsym_layout_add(nsym_layouts *list, nsym_layout *out, int n, const size_t *dims, dnnl_format_tag_t tag);
dnnl_status_t nsym_layout_add_of(nsym_layouts *list, nsym_layout *out, dnnl_data_type_t type, int n, const size_t *dims,
                                 dnnl_format_tag_t tag);

/* Adds a copy of a layout. */
dnnl_status_t nsym_layout_copy(nsym_layouts *list, nsym_layout *out, nsym_layout layout);
void nsym_layouts_free(nsym_layouts *list);

/* The layouts of a direct convolution of stride 1; x, weights, bias or y are those of the gradients in backward passes.
 */
typedef struct nsym_convolution_layouts {
    nsym_layout x, weights, bias, y;
    size_t padding; /* on each side */
} nsym_convolution_layouts;

dnnl_status_t nsym_describe_convolution(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                        const nsym_convolution_layouts *layouts, const_dnnl_primitive_attr_t attr);
dnnl_status_t nsym_describe_data_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                          const nsym_convolution_layouts *layouts, const_dnnl_primitive_attr_t attr,
                                          const_dnnl_primitive_desc_t forward);
dnnl_status_t nsym_describe_weights_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                             const nsym_convolution_layouts *layouts, const_dnnl_primitive_attr_t attr,
                                             const_dnnl_primitive_desc_t forward);

/* The gradient of f(x) = x above 0, leak x below, from the output. */
dnnl_status_t nsym_describe_activation_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout y,
                                                float leak);

/* The maximum of 2 x 2 places, in steps of 2, and its gradient. */
dnnl_status_t nsym_describe_pool(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout x, nsym_layout y);
dnnl_status_t nsym_describe_pool_gradient(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout x,
                                          nsym_layout y, const_dnnl_primitive_desc_t forward);

/* A product of two matrices. */
dnnl_status_t nsym_describe_product(dnnl_primitive_desc_t *out, dnnl_engine_t engine, nsym_layout a, nsym_layout b,
                                    nsym_layout c, const_dnnl_primitive_attr_t attr);

/* What comes of a product is added to what is there. */
dnnl_status_t nsym_append_sum(dnnl_primitive_attr_t attr);

/* Appends the activation to what follows a convolution. */
dnnl_status_t nsym_append_activation(dnnl_post_ops_t after, float leak);

#endif
