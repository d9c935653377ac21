package org.millrace.demo;

import org.millrace.cli.HubCommand;
import picocli.CommandLine;

/** {@code ./hub} with the demo's commands: the entry for {@code hub demo} and {@code hub plant} only. */
public final class DemoMain {
    private DemoMain() {}

    public static void main(String[] args) {
        CommandLine line = HubCommand.commandLine();
        // after the handlers are set: a subcommand added later takes none of them over
        CommandLine demo = new CommandLine(new DemoCommand());
        CommandLine plant = new CommandLine(new PlantCommand());
        demo.setExecutionExceptionHandler(line.getExecutionExceptionHandler());
        plant.setExecutionExceptionHandler(line.getExecutionExceptionHandler());
        System.exit(line.addSubcommand(demo).addSubcommand(plant).execute(args));
    }
}
