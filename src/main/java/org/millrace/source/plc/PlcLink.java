package org.millrace.source.plc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.plc4x.java.api.PlcConnection;
import org.apache.plc4x.java.api.PlcDriverManager;
import org.apache.plc4x.java.api.exceptions.PlcConnectionException;
import org.apache.plc4x.java.api.messages.PlcReadRequest;
import org.apache.plc4x.java.api.messages.PlcReadResponse;
import org.apache.plc4x.java.api.types.PlcResponseCode;
import org.apache.plc4x.java.api.value.PlcValue;
import org.apache.plc4x.java.spi.Plc4xNettyWrapper;
import org.apache.plc4x.java.spi.connection.AbstractPlcConnection;
import org.apache.plc4x.java.spi.connection.ChannelExposingConnection;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Quality;
import org.millrace.source.plc.PlcValues.Blame;
import org.millrace.source.plc.PlcValues.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One PLC4X connection with a time limit on every step, closed without leaving threads behind. */
final class PlcLink {
    private static final Logger log = LoggerFactory.getLogger(PlcLink.class);
    private static final Pattern TCP =
            Pattern.compile("(?<driver>modbus-tcp|s7|ads|eip)(:tcp)?://(?<host>[^:/?]+|\\[[^]]+])(:(?<port>\\d+))?.*");
    private static final Map<String, Integer> PORTS = Map.of("modbus-tcp", 502, "s7", 102, "ads", 48898, "eip", 44818);

    /** How often a wait looks whether the connection still stands. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Looking for drivers takes a while and logs each of them: once is enough. */
    private static final class Drivers {
        static final PlcDriverManager MANAGER = PlcDriverManager.getDefault();
    }

    private final PlcConnection connection;
    private final Duration timeout;
    private final Map<Plc4xNettyWrapper<?>, ChannelHandlerContext> timers = new ConcurrentHashMap<>();

    private PlcLink(PlcConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    static PlcLink open(String url, Duration timeout)
            throws IOException, PlcConnectionException, TimeoutException, InterruptedException {
        probe(url, timeout);
        PlcConnection connection = Drivers.MANAGER.getDriverForUrl(url).getConnection(withRequestTimeout(url, timeout));
        PlcLink link = new PlcLink(connection, timeout);
        CompletableFuture<@Nullable Void> connected = new CompletableFuture<>();
        // connect() waits without limit for the other side's answer (S7 and others)
        Thread connecting = Thread.ofPlatform().daemon().name("plc-connect").start(() -> {
            try {
                connection.connect();
                connected.complete(null);
            } catch (PlcConnectionException | RuntimeException e) {
                connected.completeExceptionally(e);
            }
        });
        long deadline = System.nanoTime() + 2 * timeout.toNanos();
        try {
            while (!connected.isDone() && System.nanoTime() - deadline < 0) {
                link.rememberTimers();
                awaitQuietly(connected);
            }
            connected.get(0, TimeUnit.MILLISECONDS);
            link.rememberTimers();
            return link;
        } catch (ExecutionException e) {
            link.close();
            throw new PlcConnectionException(text(e), e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            connecting.interrupt();
            link.close();
            throw e;
        }
    }

    private static void awaitQuietly(CompletableFuture<@Nullable Void> connected)
            throws ExecutionException, InterruptedException {
        try {
            connected.get(20, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // not yet
        }
    }

    /**
     * Each connection has a timer with a thread, which the driver stops only when it closes the connection itself: a
     * channel that the device closed has lost its handlers by then. So they are noted while the channel is open.
     */
    private void rememberTimers() {
        if (connection instanceof ChannelExposingConnection exposing && exposing.getChannel() != null) {
            ChannelPipeline pipeline = exposing.getChannel().pipeline();
            pipeline.forEach(entry -> {
                if (entry.getValue() instanceof Plc4xNettyWrapper<?> wrapper && !timers.containsKey(wrapper)) {
                    ChannelHandlerContext context = pipeline.context(wrapper);
                    if (context != null) {
                        timers.put(wrapper, context);
                    }
                }
            });
        }
    }

    private void stopTimers() {
        rememberTimers();
        timers.forEach((wrapper, context) -> {
            try {
                wrapper.close(context, context.newPromise()); // stops its timer; the channel is closed already
            } catch (Exception e) { // as the interface declares
                log.debug("stopping a timer failed", e);
            }
        });
    }

    /** A plain connect first: PLC4X has no connect time limit and prints a stack trace for every failure. */
    private static void probe(String url, Duration timeout) throws IOException {
        Matcher matcher = TCP.matcher(url);
        if (!matcher.matches()) {
            return;
        }
        int port = matcher.group("port") == null
                ? PORTS.getOrDefault(matcher.group("driver"), 0)
                : Integer.parseInt(matcher.group("port"));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(matcher.group("host"), port), Math.toIntExact(timeout.toMillis()));
        }
    }

    /** The driver's own limit must lie behind ours: it would turn a dead device into a strange response code. */
    private static String withRequestTimeout(String url, Duration timeout) {
        if (!url.startsWith("modbus") || url.contains("request-timeout=")) {
            return url;
        }
        return url + (url.contains("?") ? "&" : "?") + "request-timeout=" + (2 * timeout.toMillis() + 1000);
    }

    boolean connected() {
        return connection.isConnected();
    }

    /** Whether the driver can read the address at all; asked once, before it is planned. */
    boolean understands(String address) {
        try {
            return connection.parseTagAddress(address).isPresent();
        } catch (RuntimeException e) { // each driver has its own exception for this
            return false;
        }
    }

    /**
     * Reads one unit.
     *
     * @return a result for each of its addresses
     * @throws TimeoutException when the device did not answer; the connection is then useless
     */
    Map<String, Result> read(ReadPlan.Unit unit) throws TimeoutException, InterruptedException, IOException {
        return switch (unit) {
            case ReadPlan.Block block -> readBlock(block);
            case ReadPlan.Tags tags -> readTags(tags.items());
        };
    }

    /**
     * Past the driver's optimizer, which forgets the unit id and gives one value for an array of coils (PLC4X 0.13.1):
     * the protocol below it gives the bytes as sent.
     */
    private Map<String, Result> readBlock(ReadPlan.Block block)
            throws TimeoutException, InterruptedException, IOException {
        if (!(connection instanceof AbstractPlcConnection known) || known.getProtocol() == null) {
            throw new IOException("this driver's connection gives no access to its protocol");
        }
        PlcReadRequest request = connection
                .readRequestBuilder()
                .addTagAddress(
                        "t",
                        block.area().prefix() + ":" + block.first()
                                + (block.area().bits() ? ":BOOL" : ":UINT") + "[" + block.count() + "]"
                                + (block.unit() == ModbusAddress.DEFAULT_UNIT ? "" : "{unit-id: " + block.unit() + "}"))
                .build();
        PlcReadResponse response;
        try {
            response = await(known.getProtocol().read(request));
        } catch (ExecutionException e) {
            throw new IOException(text(e), e.getCause());
        }
        PlcResponseCode code = code(response, "t");
        PlcValue value = code == PlcResponseCode.OK ? response.getPlcValue("t") : null;
        byte[] raw = value == null ? new byte[0] : value.getRaw();
        int expected = block.area().bits() ? (block.count() + 7) / 8 : 2 * block.count();
        Map<String, Result> results = new LinkedHashMap<>();
        for (ModbusAddress address : block.values()) {
            results.put(
                    address.text(),
                    code == PlcResponseCode.OK && raw.length >= expected
                            ? Result.good(address.value(raw, block.first()))
                            : PlcValues.result(code, null, true));
        }
        return results;
    }

    private Map<String, Result> readTags(List<ReadPlan.Item> items)
            throws TimeoutException, InterruptedException, IOException {
        // elements of one array ask for it once
        List<String> asked = items.stream().map(ReadPlan.Item::asked).distinct().toList();
        PlcReadRequest.Builder builder = connection.readRequestBuilder();
        for (int i = 0; i < asked.size(); i++) {
            builder.addTagAddress("t" + i, asked.get(i));
        }
        PlcReadResponse response;
        try {
            response = await(builder.build().execute());
        } catch (ExecutionException e) {
            return failed(items, e);
        }
        Map<String, Result> results = new LinkedHashMap<>();
        for (ReadPlan.Item item : items) {
            String name = "t" + asked.indexOf(item.asked());
            PlcResponseCode code = code(response, name);
            PlcValue value = code == PlcResponseCode.OK ? response.getPlcValue(name) : null;
            results.put(item.address(), element(item, code, value));
        }
        return results;
    }

    private static Result element(ReadPlan.Item item, PlcResponseCode code, @Nullable PlcValue value) {
        if (item.element().isEmpty() || value == null) {
            return PlcValues.result(code, value, false);
        }
        int index = item.element().getAsInt();
        return value.isList() && index < value.getLength()
                ? PlcValues.result(code, value.getIndex(index), false)
                : Result.bad(
                        Blame.NONE,
                        Quality.BAD_CONFIGURATION_ERROR,
                        "has no element " + index + ", counted from 0, in what the device gives");
    }

    /** A driver that fails on an answer while the connection stands: one address is too much for it (S7 strings). */
    private Map<String, Result> failed(List<ReadPlan.Item> items, ExecutionException failure) throws IOException {
        if (!connection.isConnected() || !(failure.getCause() instanceof RuntimeException)) {
            throw new IOException(text(failure), failure.getCause());
        }
        log.debug("the driver failed on {}", items, failure);
        Result result = Result.bad(
                Blame.ADDRESS,
                Quality.BAD_CONFIGURATION_ERROR,
                "can't be read: the driver fails on it ("
                        + failure.getCause().getClass().getSimpleName() + ")");
        Map<String, Result> results = new LinkedHashMap<>();
        items.forEach(item -> results.put(item.address(), result));
        return results;
    }

    private static PlcResponseCode code(PlcReadResponse response, String name) {
        return Optional.ofNullable(response.getResponseCode(name)).orElse(PlcResponseCode.INTERNAL_ERROR);
    }

    /** A request on a connection that the device closes is never ended by the driver: so that is looked after too. */
    private PlcReadResponse await(CompletableFuture<? extends PlcReadResponse> answer)
            throws TimeoutException, InterruptedException, ExecutionException, IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            try {
                return answer.get(Math.clamp(left, 0, LOOK_NANOS), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left <= LOOK_NANOS) {
                    throw e;
                }
                if (!connection.isConnected()) {
                    throw new IOException("the device closed the connection");
                }
            }
        }
    }

    /** Returns at once; the socket is closed behind, with the driver's threads. */
    Thread close() {
        return Thread.ofPlatform().daemon().name("plc-close").start(() -> {
            rememberTimers();
            try {
                connection.close();
            } catch (Exception e) { // the interface declares it; a link that is lost anyway has nothing more to say
                log.debug("closing a connection failed", e);
            }
            if (connection instanceof AbstractPlcConnection known && known.getProtocol() != null) {
                // a channel that the device closed no longer passes the close event on, and the threads would stay
                release(known.getProtocol());
            }
            stopTimers();
        });
    }

    private static <T> void release(org.apache.plc4x.java.spi.Plc4xProtocolBase<T> protocol) {
        try {
            protocol.close(protocol.getConversationContext());
        } catch (RuntimeException e) {
            log.debug("the driver did not close cleanly", e);
        }
    }

    static String text(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof PlcConnectionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
