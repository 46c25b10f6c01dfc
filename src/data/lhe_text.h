/* The tags of an LHE file, which is XML for the most part but not quite: cards in its header hold bare '<' and '&'. */
#ifndef NSYM_DATA_LHE_TEXT_H
#define NSYM_DATA_LHE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Inside of what a piece of text ends. */
typedef enum nsym_lhe_hidden { NSYM_LHE_SHOWN, NSYM_LHE_COMMENT, NSYM_LHE_CDATA } nsym_lhe_hidden;

/* Puts blanks in place of the comments and CDATA sections of `text`; line feeds stay. `hidden` is where it begins;
   gives where it ends. */
nsym_lhe_hidden nsym_lhe_hide(char *text, nsym_lhe_hidden hidden);

/* The same for a file's header, where also lines that begin with '#', which are comments of cards, become blanks. */
nsym_lhe_hidden nsym_lhe_hide_header(char *text, nsym_lhe_hidden hidden);

/* Whether the tag `name` ("event", "/event") begins at `p`. */
bool nsym_lhe_is_tag(const char *p, const char *name);

/* The first tag `name` in [p, end), comments hidden; NULL where there is none. */
const char *nsym_lhe_find_tag(const char *p, const char *end, const char *name);

/* Behind the '>' of the tag that begins at `tag`; NULL where it is not closed. */
const char *nsym_lhe_tag_end(const char *tag);

/* An attribute of a tag: name="value", which ends at `end`; no blanks around the value. */
typedef struct nsym_lhe_attribute {
    const char *name, *value, *end;
    size_t name_length, value_length;
} nsym_lhe_attribute;

/* The next attribute in [*p, end) of a tag, which *p is moved behind; *p begins behind the tag's '<'. */
bool nsym_lhe_next_attribute(const char **p, const char *end, nsym_lhe_attribute *out);

/* Whether an attribute may have this name: ASCII letters, digits and "_", "-", "." behind a letter or "_". */
bool nsym_lhe_is_name(const char *name, size_t length);

/* The value of attribute `name` in the tag [tag, end), without blanks around it, and its length; NULL where it has
 * none. */
const char *nsym_lhe_tag_attribute(const char *tag, const char *end, const char *name, size_t *length);

#endif
