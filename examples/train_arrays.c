/* A particle-flow network on arrays: jets of class 1 are narrower. Writes the model and the jets, prints the logits.
   cc train_arrays.c $(pkg-config --cflags --libs nearsym) -o train_arrays && ./train_arrays model.h5 jets.npz */
#include <nearsym/nearsym.h>
#include <stdio.h>
#include <string.h>

enum { JETS = 2000, PARTICLES = 8, ROWS = JETS * PARTICLES };
static float particles[3 * ROWS]; /* pt, d_eta, d_phi */
static double labels[JETS], logits[JETS];
static uint64_t offsets[JETS + 1];

int main(int argc, char **argv) {
    nsym_random random = nsym_random_stream(1, "jets", 0);
    for (size_t i = 0; i < ROWS; i++) {
        double width = i / PARTICLES % 2 ? 0.1 : 0.2;
        labels[i / PARTICLES] = (double)(i / PARTICLES % 2);
        offsets[i / PARTICLES + 1] = i + 1;
        particles[3 * i] = (float)(10 * nsym_random_uniform(&random));
        for (size_t k = 1; k < 3; k++) particles[3 * i + k] = (float)(width * (nsym_random_uniform(&random) - 0.5));
    }
    nsym_model_spec spec = {.kind = NSYM_PFN, .particle_input = {.name = "objects"}, .latent = 8};
    spec.particle_map = spec.hidden = (nsym_sizes){.count = 2, .size = {32, 32}};
    nsym_train_options options = nsym_train_defaults();
    options.epochs = 10;
    nsym_train_data data = {.inputs = {JETS, offsets, particles, NULL, NULL}, .labels = labels};
    nsym_model *model;
    nsym_events *events;
    if (argc == 3 && nsym_train_arrays(&model, NULL, &spec, &options, &data) == NSYM_OK &&
        nsym_model_logits(model, &data.inputs, logits, NULL) == NSYM_OK && nsym_model_save(model, argv[1]) == NSYM_OK &&
        nsym_events_new(&events, JETS) == NSYM_OK &&
        nsym_events_set_particles(events, 3, (const char *[]){"pt", "d_eta", "d_phi"}, NULL, offsets) == NSYM_OK) {
        for (size_t i = 0; i < 3 * ROWS; i++) events->particles[i] = (double)particles[i];
        for (size_t i = 0; i < JETS; i++) printf("%.9g\n", logits[i]);
        if (nsym_events_write(events, argv[2]) == NSYM_OK) return 0;
    }
    fprintf(stderr, "%s\n", argc == 3 ? nsym_message() : "usage: train_arrays MODEL EVENTS");
    return 1;
}
