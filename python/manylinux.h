/* For wheels, before every source. hypot is the one function of ours whose newest version needs glibc 2.35; the version
   before gives the same numbers (it also sets errno), and with it a wheel runs on RHEL 9 and its kin too (2.34). */
__asm__(".symver hypot,hypot@GLIBC_2.2.5");
