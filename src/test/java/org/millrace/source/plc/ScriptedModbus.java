package org.millrace.source.plc;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A Modbus TCP device that answers as it is told to: what j2mod can't play (exceptions other than 2, gateways, limits,
 * silence). It knows reads only. Frames as in the Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3.
 */
final class ScriptedModbus implements AutoCloseable {
    /** @param first counted from 1 */
    record Request(int unit, int function, int first, int count) {
        int last() {
            return first + count - 1;
        }

        boolean reads(int register) {
            return first <= register && register <= last();
        }
    }

    sealed interface Answer {}

    /** Every register holds its own number. */
    record Numbers() implements Answer {}

    record Refusal(int code) implements Answer {}

    record Silence() implements Answer {}

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Answer> script;

    ScriptedModbus(Function<Request, Answer> script) throws IOException {
        this.script = script;
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void script(Function<Request, Answer> next) {
        script = next;
    }

    List<Request> requests() {
        return requests;
    }

    int connections() {
        return sockets.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed: the end of the test
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                int transaction = in.readUnsignedShort();
                in.readUnsignedShort();
                in.readUnsignedShort();
                int unit = in.readUnsignedByte();
                int function = in.readUnsignedByte();
                Request request = new Request(unit, function, in.readUnsignedShort() + 1, in.readUnsignedShort());
                requests.add(request);
                switch (script.apply(request)) {
                    case Numbers n -> numbers(out, transaction, request);
                    case Refusal r -> frame(out, transaction, unit, function | 0x80, r.code());
                    case Silence s -> {}
                }
            }
        } catch (IOException e) {
            // the other side has gone
        }
    }

    private static void numbers(DataOutputStream out, int transaction, Request request) throws IOException {
        byte[] pdu = new byte[1 + 2 * request.count()];
        pdu[0] = (byte) (2 * request.count());
        for (int i = 0; i < request.count(); i++) {
            pdu[1 + 2 * i] = (byte) (request.first() + i >> 8);
            pdu[2 + 2 * i] = (byte) (request.first() + i);
        }
        int[] body = new int[pdu.length];
        for (int i = 0; i < pdu.length; i++) {
            body[i] = pdu[i];
        }
        frame(out, transaction, request.unit(), request.function(), body);
    }

    private static void frame(DataOutputStream out, int transaction, int unit, int function, int... body)
            throws IOException {
        synchronized (out) {
            out.writeShort(transaction);
            out.writeShort(0);
            out.writeShort(2 + body.length);
            out.writeByte(unit);
            out.writeByte(function);
            for (int b : body) {
                out.writeByte(b);
            }
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
