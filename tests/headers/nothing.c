/* The rest of a translation unit that includes one public header. */
extern int nothing;
