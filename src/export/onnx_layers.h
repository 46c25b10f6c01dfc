/* The layers of a network as nodes of an ONNX graph. */
#ifndef NSYM_EXPORT_ONNX_LAYERS_H
#define NSYM_EXPORT_ONNX_LAYERS_H

#include "export/onnx_graph.h"
#include "nn/models.h"

#include <nearsym/export.h>

/* What the layers work on. Names of values are those in the graph; an event's particles are (events, particles, width),
   or packed (particles of all events, width). */
typedef struct nsym_onnx_network {
    nsym_onnx_graph *graph;
    const nsym_plan *plan;
    const float *values, *state; /* of the network */
    nsym_export_layout layout;
    const char *block[NSYM_INPUTS + NSYM_LAYERS_MAX];   /* value of each block; the inputs' are set before */
    const char *missing[NSYM_INPUTS + NSYM_LAYERS_MAX]; /* (1, width) of a missing particle; the input's is set */
    const char *counts;  /* (events, 1) particles of each event; NULL: every event has `slots` */
    const char *present; /* (events, particles, 1) true where there is a particle; NULL: everywhere */
    const char *segment; /* packed: (particles, 1) the event of each */
    const char *events;  /* packed: (1) how many there are */
} nsym_onnx_network;

/* Adds the nodes of all layers; the last block's value is the logits. */
void nsym_onnx_add_layers(nsym_onnx_network *network);

/* The combination and the Lorentz layer of DeepTopLoLa (nn/lola.h) on momenta; gives the value's name. */
const char *nsym_onnx_add_lola(const nsym_onnx_network *network, const nsym_layer *layer, const char *x,
                               const char *name);

#endif
