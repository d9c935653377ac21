package org.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** {@code ./hub}: exit codes 0 ok, 1 failed, 2 usage. */
@Command(
        name = "hub",
        description = "Millrace: from a machine's signal to exactly one work order.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ReloadCommand.class,
            BrowseCommand.class,
            CertificatesCommand.class,
            LedgerCommand.class,
            ClocksCommand.class,
            BacktestCommand.class,
            WhyCommand.class,
            WhyNotCommand.class,
            DeadLettersCommand.class,
            DocumentsCommand.class,
            HealthCommand.class,
            DoctorCommand.class,
            ConnectorCommand.class,
            AssetsCommand.class,
            MapCommand.class,
            SchemaCommand.class,
            RehearseCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "hub test [--fast] runs the tests, hub bench NAME measures (from a checkout).",
            "hub soak [--seed N] [--minutes M] [--json] kills the hub and takes its counterparts away (from a checkout)."
        })
public final class HubCommand {
    private HubCommand() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command line; the exit code. */
    public static int execute(String... args) {
        return commandLine().execute(args);
    }

    /** All commands of the hub itself; the demo adds its own. */
    public static CommandLine commandLine() {
        return new CommandLine(new HubCommand())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("hub: " + message(failure));
                    if (Boolean.getBoolean("millrace.trace")) {
                        failure.printStackTrace(line.getErr());
                    }
                    return 1;
                })
                .setExecutionStrategy(HubCommand::runAndFlush)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** A command may end without a line break: picocli's writers keep such text back, and the process ends at once. */
    private static int runAndFlush(ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } finally {
            parsed.asCommandLineList().forEach(line -> line.getOut().flush());
        }
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
