package org.millrace.cli;

import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** One command line as a user types it, and what came of it. */
record Cli(int exit, String out, String err) {
    static Cli hub(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = HubCommand.commandLine().setOut(writer(out)).setErr(writer(err));
        int exit = line.execute(args);
        return new Cli(exit, out.toString(), err.toString());
    }

    /** Buffered as those on System.out and System.err are: text that nobody flushes does not arrive. */
    private static PrintWriter writer(StringWriter to) {
        return new PrintWriter(new BufferedWriter(to), true);
    }
}
