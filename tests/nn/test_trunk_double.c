/* Winograd's convolutions in double precision, where nothing but rounding may set them apart from plain loops. The
   transforms' factors of up to 8 and 1/24 leave 12 of 16 digits. */
#include "nn/trunks.h"

static void winograd_is_exact_for_any_image_and_any_channels(void **state) {
    (void)state;
    any_image_and_any_channels(&nsym_trunk_winograd, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(winograd_is_exact_for_any_image_and_any_channels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
