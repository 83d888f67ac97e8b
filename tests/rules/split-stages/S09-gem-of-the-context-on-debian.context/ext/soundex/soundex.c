#include <ctype.h>
#include <ruby.h>

/* the digit of a letter; '0' for vowels, '-' for h and w, which do not part equal digits */
static char digit_of(char letter)
{
    static const char digits[] = "01230120022455012623010202";
    int lower = tolower((unsigned char)letter);

    if (lower < 'a' || lower > 'z')
        return '0';
    return lower == 'h' || lower == 'w' ? '-' : digits[lower - 'a'];
}

static VALUE code(VALUE self, VALUE word)
{
    char made[5] = "0000";
    const char *text = StringValueCStr(word);
    char last;
    int length = 1;

    if (!isalpha((unsigned char)text[0]))
        rb_raise(rb_eArgError, "a word begins with a letter");
    made[0] = (char)toupper((unsigned char)text[0]);
    last = digit_of(text[0]);
    for (const char *at = text + 1; *at && length < 4; at++) {
        char digit = digit_of(*at);
        if (digit == '-')
            continue;
        if (digit != '0' && digit != last)
            made[length++] = digit;
        last = digit;
    }
    return rb_str_new_cstr(made);
}

void Init_soundex(void)
{
    VALUE module = rb_define_module("Soundex");

    rb_define_module_function(module, "code", code, 1);
}
