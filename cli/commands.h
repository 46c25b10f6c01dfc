/* The commands, one per file cmd_*.c: each takes its own arguments (argv[0] is the command's name) and gives the exit
   status: 0 done, 1 failed, 2 wrong usage, 3 done but a result lies outside its reference's tolerance. */
#ifndef NEARSYM_CLI_COMMANDS_H
#define NEARSYM_CLI_COMMANDS_H

/* A row of the table of commands. */
typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about; /* one line */
} command;

int cmd_ado(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_cite(int argc, char **argv);
int cmd_data(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_efp(int argc, char **argv);
int cmd_evaluate(int argc, char **argv);
int cmd_observables(int argc, char **argv);
int cmd_fit(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_splot(int argc, char **argv);
int cmd_study(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_symmetry(int argc, char **argv);
int cmd_train(int argc, char **argv);

/* Tells the library's message on standard error, and gives 1. */
int command_failed(void);

#endif
