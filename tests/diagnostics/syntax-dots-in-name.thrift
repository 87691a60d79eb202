typedef a..b c
typedef a. d
