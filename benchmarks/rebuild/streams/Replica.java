import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;

/**
 * The peer: every event of the ledger's topic decoded and kept under (patient, entry, event) in RocksDB.
 *
 * java Replica SETTINGS TOPIC SCHEMAS_FOLDER ANSWER_FILE END_OFFSET... (one for each partition, in order)
 *
 * Settings are Kafka Streams' own, in a file of properties. Writes to standard output how many seconds passed from the
 * first record to the last, and into the file a line for each patient: patient, events, checksum.
 */
public final class Replica {
    private static final String STORE = "records";
    private static final int FRAME_BYTES = 5;
    private static final int ID_BYTES = 16;

    private final String topic;
    private final Map<Integer, Schema> schemas;
    private final long[] ends;
    private final AtomicLong left;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long began;
    private volatile long ended;

    private Replica(String topic, Path schemasFolder, long[] ends) throws IOException {
        this.topic = topic;
        this.schemas = read(schemasFolder);
        this.ends = ends;
        this.left = new AtomicLong(Arrays.stream(ends).sum());
    }

    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        try (var file = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(file);
        }
        long[] ends = Arrays.stream(arguments).skip(4).mapToLong(Long::parseLong).toArray();
        Replica replica = new Replica(arguments[1], Path.of(arguments[2]), ends);
        replica.run(settings, new File(arguments[3]));
    }

    private void run(Properties settings, File answer) throws Exception {
        try (KafkaStreams streams = new KafkaStreams(topology(), settings)) {
            streams.setUncaughtExceptionHandler(error -> {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
                return null;
            });
            streams.start();
            done.await();
            System.out.printf("%.3f%n", (ended - began) / 1e9);
            var query = StoreQueryParameters.fromNameAndType(
                STORE, QueryableStoreTypes.<Bytes, byte[]>keyValueStore());
            try (KeyValueIterator<Bytes, byte[]> all = streams.store(query).all();
                    PrintWriter lines = new PrintWriter(answer, StandardCharsets.UTF_8)) {
                answer(all, lines);
            }
        }
    }

    private Topology topology() {
        var store = Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray());
        return new Topology()
            .addSource("ledger", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), topic)
            .addProcessor("keep", Keep::new, "ledger")
            .addStateStore(store, "keep");
    }

    /** Keeps each event once; what lies behind the part that is measured is passed over. */
    private final class Keep implements Processor<byte[], byte[], Void, Void> {
        private final Codec codec = new Codec();
        private ProcessorContext<Void, Void> context;
        private KeyValueStore<Bytes, byte[]> records;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            this.context = context;
            this.records = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            RecordMetadata at = context.recordMetadata().orElseThrow();
            if (at.offset() >= ends[at.partition()]) {
                return;
            }
            if (began == 0) {
                began = System.nanoTime();
            }
            GenericRecord event = codec.decode(record.value());
            byte[] head = record.headers().lastHeader("ledger").value();
            records.put(key(record.key(), event), codec.encode(head, record.value(), event));
            if (left.decrementAndGet() == 0) {
                ended = System.nanoTime();
                done.countDown();
            }
        }
    }

    /** Avro's generic readers and writers, kept and used again. */
    private final class Codec {
        private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
        private final Map<Integer, GenericDatumWriter<GenericRecord>> writers = new HashMap<>();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        private BinaryDecoder decoder;
        private BinaryEncoder encoder;

        GenericRecord decode(byte[] value) {
            try {
                decoder = DecoderFactory.get().binaryDecoder(value, FRAME_BYTES, value.length - FRAME_BYTES, decoder);
                var reader = readers.computeIfAbsent(schemaId(value), id -> new GenericDatumReader<>(schemas.get(id)));
                return reader.read(null, decoder);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        /** What the header says, the schema's id, and the event. */
        byte[] encode(byte[] head, byte[] value, GenericRecord event) {
            try {
                out.reset();
                out.write(head);
                out.write(value, 0, FRAME_BYTES);
                encoder = EncoderFactory.get().binaryEncoder(out, encoder);
                writers.computeIfAbsent(schemaId(value), id -> new GenericDatumWriter<>(schemas.get(id)))
                    .write(event, encoder);
                encoder.flush();
                return out.toByteArray();
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }

    private static Bytes key(byte[] patient, GenericRecord event) {
        return Bytes.wrap(ByteBuffer.allocate(3 * ID_BYTES)
            .put(patient).put(bytes(event, "entry_id")).put(bytes(event, "event_id")).array());
    }

    /** A line for each patient; keys come in order within a partition, and each patient is in one. */
    private void answer(KeyValueIterator<Bytes, byte[]> all, PrintWriter lines) throws Exception {
        Codec codec = new Codec();
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] patient = null;
        long events = 0;
        long checksum = 0;
        while (all.hasNext()) {
            var one = all.next();
            byte[] owner = Arrays.copyOf(one.key.get(), ID_BYTES);
            if (patient != null && !Arrays.equals(patient, owner)) {
                line(lines, patient, events, checksum);
                events = 0;
                checksum = 0;
            }
            patient = owner;
            events++;
            checksum ^= hash(md5, one.value, codec);
        }
        if (patient != null) {
            line(lines, patient, events, checksum);
        }
    }

    private long hash(MessageDigest md5, byte[] kept, Codec codec) {
        ByteBuffer head = ByteBuffer.wrap(kept);
        GenericRecord event = codec.decode(Arrays.copyOfRange(kept, 64, kept.length));
        md5.update(bytes(event, "event_id"));
        md5.update(bytes(event, "entry_id"));
        md5.update(ByteBuffer.allocate(16).putLong(head.getLong(8)).putLong((Long) event.get("occurred_at")).array());
        if (event.getSchema().getField("sealed") != null && event.get("sealed") != null) {
            md5.update(bytes(event, "sealed"));
        }
        return ByteBuffer.wrap(md5.digest()).getLong();
    }

    private static void line(PrintWriter lines, byte[] patient, long events, long checksum) {
        StringBuilder hex = new StringBuilder();
        for (byte one : patient) {
            hex.append(String.format("%02x", one));
        }
        lines.println(hex + " " + events + " " + checksum);
    }

    private static byte[] bytes(GenericRecord event, String field) {
        ByteBuffer buffer = ((ByteBuffer) event.get(field)).duplicate();
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    private static int schemaId(byte[] value) {
        return ByteBuffer.wrap(value, 1, 4).getInt();
    }

    private static Map<Integer, Schema> read(Path folder) throws IOException {
        Map<Integer, Schema> found = new HashMap<>();
        List<Path> files = new ArrayList<>();
        try (var listed = Files.newDirectoryStream(folder, "*.avsc")) {
            listed.forEach(files::add);
        }
        for (Path file : files) {
            String id = file.getFileName().toString().replace(".avsc", "");
            found.put(Integer.parseInt(id), new Schema.Parser().parse(file.toFile()));
        }
        return found;
    }
}
