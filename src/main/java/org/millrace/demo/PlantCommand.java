package org.millrace.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plant",
        description =
                "Runs the simulated plant alone, on the ports the shipped configuration names, for a hub beside it.",
        mixinStandardHelpOptions = true)
final class PlantCommand implements Callable<Integer> {
    @Option(
            names = "--mqtt",
            defaultValue = "1883",
            description = "Port of the MQTT broker (default: ${DEFAULT-VALUE}).")
    int mqtt;

    @Option(
            names = "--opcua",
            defaultValue = "4840",
            description = "Port of the OPC UA press (default: ${DEFAULT-VALUE}).")
    int opcUa;

    @Option(
            names = "--modbus",
            defaultValue = "1502",
            description = "Port of the compressor (default: ${DEFAULT-VALUE}).")
    int modbus;

    @Option(names = "--seed", defaultValue = "1", description = "Same seed, same noise (default: ${DEFAULT-VALUE}).")
    long seed;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("millrace-plant");
        DemoPlant plant = DemoPlant.start(folder, new DemoPlant.Ports(mqtt, opcUa, modbus), seed, Clock.systemUTC());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("plant-shutdown").unstarted(() -> {
                    plant.close();
                    Folders.delete(folder);
                    ended.countDown();
                }));
        plant.play();
        plant.environment()
                .forEach((name, address) -> spec.commandLine().getOut().println(name + "=" + address));
        spec.commandLine().getOut().flush();
        ended.await();
        return 0;
    }
}
