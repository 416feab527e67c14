"""Every limit of the system, named once."""

from datetime import timedelta
from typing import NamedTuple

KIB = 1024
MIB = 1024 * KIB

# Bodies and files
JSON_BODY_BYTES = 256 * KIB
FILE_BYTES = 100 * MIB
UPLOAD_CHUNK_BYTES = 256 * KIB
FILE_HEAD_BYTES = 1_024  # within which a PDF says that it is one
IMAGE_PIXELS = 80_000_000
IMAGE_PROGRESSIVE_PIXELS = 32_000_000  # all of which are held at once, six bytes each
IMAGE_SCANS = 64  # in which a JPEG tells its pixels; cameras use 1, programs for the web some 10
IMAGE_TEXT_BYTES = 16 * MIB  # of what an image says of itself, unpacked
PDF_OBJECTS = 200_000
ARCHIVE_ENTRIES = 2_000
ARCHIVE_DIRECTORY_BYTES = MIB
ARCHIVE_BYTES = 200 * MIB
ARCHIVE_INNER_BYTES = 16 * MIB  # of a table inside a document
ARCHIVE_RATIO = 200
ENVELOPE_BYTES = 50 * MIB
GRPC_MESSAGE_BYTES = ENVELOPE_BYTES + MIB

# Errors
PROBLEM_FIELDS = 40  # wrong ones named in one answer
PROBLEM_TEXT = 1_000  # characters of one sentence
PROBLEM_BYTES = 24 * KIB  # of all fields named; they travel in the trailer of a call, a third longer
GRPC_METADATA_BYTES = 64 * KIB

# Requests coming in
HEAD_BYTES = 64 * KIB
HEAD_DEADLINE = timedelta(seconds=10)  # from its first byte, or from the connection's beginning
BODY_GRACE = timedelta(seconds=10)  # before the least rate counts, and the longest silence within a body
BODY_BYTES_A_SECOND = 2 * KIB  # at least, on the whole; the slowest mobile network brings more
HELD_BYTES = 64 * MIB  # of all requests that are not whole yet; and of all answers that are not read yet
BODY_THREADS = 24  # bodies over JSON_BODY_BYTES, or of no announced length, and all uploads
BODIES_AT_ONCE = 2 * BODY_THREADS
BODIES_PER_ACCOUNT = 6  # as many as a browser has connections; fewer when little room is left
ANSWER_STALLED = timedelta(seconds=30)  # for one piece of an answer to be taken
ANSWER_KEPT = 512 * KIB  # of one answer whose reader is slow; no thread waits for it
READERS_WAITED_FOR = 24  # who read more than that, each with a thread
DOWNLOADS_PER_ACCOUNT = 6  # at once; likewise
CLOSING_LINGER = timedelta(seconds=2)
SLOW_LOOK_EVERY = timedelta(seconds=0.25)
CONNECTIONS_OPEN = 800  # of one worker; under the number of files a process usually may open

# Processes that look into files; two of them fit beside what seals papers into 1 GiB
INSPECTORS = 2
INSPECTOR_MEMORY = 320 * MIB
INSPECTOR_KEPT = 96 * MIB  # one that once took more is not kept for the next file
INSPECTOR_IDLE = timedelta(minutes=1)  # after which it leaves
INSPECTION_CPU = 10  # seconds
INSPECTION_TIME = timedelta(seconds=30)  # where the machine is busy; CPU is what is limited
INSPECTION_WAIT = timedelta(seconds=20)  # for one that is free
INSPECTION_REMEMBERED = timedelta(minutes=10)  # of whom the processes worked for; others come first
INSPECTION_LOOK = 0.2  # seconds between looks whether anybody still waits

# Fields
TEXT_LENGTH = 500
LONG_TEXT_LENGTH = 4_000
IDEMPOTENCY_KEY_LENGTH = 128
ITEM_NUMBER_LENGTH = 40  # of a postal item; 13 by S10 of the Universal Postal Union, longer with some carriers
ATTACHMENTS_PER_CASE = 50
RESULT_FILE_BYTES = 20 * MIB  # of a result drawn up as a file, which is sealed whole
COPIES = 99  # of one paper, and sets of a case
SCAN_PARTS = 50  # papers of one stack scanned as a file
POSTED_DAYS = 60  # a postmark older than that is misread
AGE_OF_ANYBODY = 125  # years; nobody in the country is known to have been older
SUPPLEMENT_ITEMS = 50
WAIT_ON_DAYS = 60  # working days, for a supplement that did not come in time
FEES_ASKED = 20
CONSULTATIONS_PER_CASE = 50
CORRECTION_DAYS = 10  # working days a leader may give for correcting a finished case; ours, no law names any (ADR 14)
SIGNATURE_BYTES = 16 * KIB

# Pages
PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 100
SEARCH_TIME = timedelta(seconds=2)
SEARCH_WORDS = 10  # further ones narrow nothing
SEARCH_WORD_LENGTH = 64
HOUSE_NUMBER_LENGTH = 6
SORT_KEY_BYTES = 240  # longer names that begin alike sort by case number
FILL_BATCH = 500  # cases corrected, disposed of or stored by older code, given their search words in one transaction
FILL_EVERY = 5.0  # seconds between looks for such
SEARCH_MATCHES = 2_000  # cases that may fit before a search is too broad

# Procedures published
PROCEDURE_FILE_BYTES = 256 * KIB
SIMULATED_WAYS = 5_000
FORM_PARTS = 5_000  # of a form's schema, those it refers to counted each time
FORM_DEPTH = 24
FORM_CHOICES = 1_000
FORM_PATTERNS = 60
FORM_PATTERN_BYTES = 4 * MIB  # of one pattern made ready
FORM_FAULTS = 40  # named at once
CATALOGUE_EVERY = 3.0  # seconds between looks for procedures published by another replica
CATALOGUE_NOTICE = timedelta(minutes=5)  # a version is taken back no later than this before it is in force

# Registers of cases
BOOK_DAYS = 366
BOOK_CASES = 50_000
BOOK_PAGE = 500  # cases read at a time
VOLUME_CASES = 1_000  # in one sealed PDF, some 70 pages
VOLUME_BYTES = 700 * KIB  # of its order, which travels as one event

# Work
BULK_CASES = 50
FILTERS_PER_ACCOUNT = 50
FILTER_NAME_LENGTH = 80
DELEGATIONS_PER_ACCOUNT = 50  # granted by one account, in force or to come
DELEGATION_DAYS = 90
COLLEAGUES_SHOWN = 500
ASSIGNEES_EVERY = 30.0  # seconds between looks for cases given to accounts that are nobody's
WORKERS_ASKED = 1_000  # accounts asked about in one call
DELEGATION_AGENCIES = 20
DELEGATIONS_EVERY = 3.0  # seconds until every replica knows of one

# Filing: cases of one procedure that an account files a day, and what of the numbers of a day is kept for the counter
FILINGS_ONLINE = 50  # for persons: oneself, one's family, whoever one has an authorisation of
FILINGS_ONLINE_FIRMS = 200  # for firms
FILINGS_AT_THE_COUNTER = 1_000  # by one clerk
COUNTER_SHARE = 10  # one number in so many
FILING_COUNTS_KEPT = timedelta(days=7)

# Writes of one case
WRITE_ATTEMPTS = 5

# Tokens
ACCESS_TOKEN_LIFE = timedelta(minutes=15)
REFRESH_TOKEN_LIFE = timedelta(hours=12)
TOKEN_BYTES = 4_096
ENDED_SESSIONS_EVERY = timedelta(seconds=2)  # a process asks again which sessions were ended, if anybody calls
ENDED_SESSIONS_OLDEST = timedelta(seconds=6)  # what it knows may be while another call asks; older and calls wait
ENDED_SESSIONS_DEADLINE = timedelta(seconds=1)
ENDED_SESSIONS_OVERLAP = timedelta(seconds=30)  # asked for again: a transaction that ended one may commit late
PREFILL_LIFE = timedelta(hours=24)  # of a receipt; its key may retire sooner, then the form is opened anew
REPRESENTATION_LIFE = timedelta(hours=1)  # the business register's word of who represents a firm; then it is asked anew
FIRMS_REPRESENTED = 20  # that a token names
CLOCK_LEEWAY = timedelta(seconds=30)
VERIFIED_TOKEN_LIFE = timedelta(seconds=30)
VERIFIED_TOKENS = 2_048
SIGNING_KEYS_LIFE = timedelta(minutes=5)
SIGNING_KEYS_REFETCH = timedelta(seconds=2)
SIGNING_KEYS_DEADLINE = timedelta(seconds=3)

# Log-ins and look-ups
PASSWORD_LENGTH = TEXT_LENGTH
NEW_PASSWORD_LENGTH = 12  # at least
USERNAME_LENGTH = 64
ACCESS_CODE_LIFE = timedelta(hours=24)  # in which the holder of a new account sets a password
AGENCIES_OF_ACCOUNT = 20
LOG_IN_WINDOW = timedelta(minutes=15)  # in which tries count
KNOWN_PLACES_KEPT = timedelta(days=90)  # since the account last logged in from there


class Slowing(NamedTuple):
    """So many tries are free; from then on each waits twice as long as the try before."""

    free: int
    first: timedelta
    longest: timedelta


LOG_INS_OF_ACCOUNT_AND_ADDRESS = Slowing(10, timedelta(seconds=30), timedelta(minutes=15))
LOG_INS_OF_ACCOUNT = Slowing(20, timedelta(seconds=1), timedelta(minutes=1))  # all addresses it never came from
LOG_INS_OF_ADDRESS = Slowing(30, timedelta(seconds=1), timedelta(minutes=1))  # all accounts that never came from it
SESSIONS_OPEN = 100  # of one account; the list shows the latest
DEVICE_LENGTH = 200  # what a browser says of itself, kept with a session
SESSION_IDLE = timedelta(hours=1)  # of whoever works here: not refreshed for so long, it is over
ENDED_SESSIONS_KEPT = timedelta(days=30)
REFRESH_GRACE = timedelta(minutes=2)  # in which an answer that was lost is given again
OWN_LOOK_UPS_PER_HOUR = 300  # of one person about oneself: some hundred forms begun
LOOK_UPS_PER_HOUR = 60  # of one worker, counted in the database
COUNTER_PREFILLS_PER_HOUR = 60  # questions of one clerk to registers, one to three a form
LOOK_UPS_WITHOUT_CASE_PER_DAY = 10
LOOK_UP_REQUEST_LIFE = timedelta(hours=1)  # in which it is to be confirmed and made
LOOK_UP_REASON_LENGTH = 20
REGISTER_ATTEMPTS = 3
REGISTER_ATTEMPT_TIME = timedelta(seconds=2)
REGISTER_DEADLINE = timedelta(seconds=6)
REGISTER_ANSWER_BYTES = 64 * KIB

# Calls between services
STREAMS_AT_ONCE = 64  # uploads and downloads of one process; they last as long as people's networks take
CALL_DEADLINE = timedelta(seconds=10)
UPLOAD_DEADLINE = timedelta(minutes=10)
DRAIN_GRACE = timedelta(seconds=20)
CONNECTION_AGE = timedelta(minutes=1)
NAMES_RESOLVED_EVERY = timedelta(seconds=1)  # at most, while a service's addresses do not answer
CERTIFICATE_LOOK_EVERY = timedelta(seconds=1)
HEALTH_DEADLINE = timedelta(seconds=2)

# Submissions, or actions, stored in one transaction
GROUP_COMMIT_BATCH = 32

# What applicant and office say to each other on a case
MESSAGES_PER_HOUR = 20  # of one account on one case
MESSAGES_PER_CASE = 1_000
MESSAGE_FILES = 10
CONVERSATION_AFTER_CLOSE = timedelta(days=30)

# Drafts, and cases that may be the same
DRAFTS_PER_ACCOUNT = 20
DRAFT_LIFE = timedelta(days=60)  # since it was last saved
DRAFT_NOTICE = timedelta(days=7)  # before it is deleted its owner is told
UPLOAD_LIFE = DRAFT_LIFE + DRAFT_NOTICE + timedelta(days=8)  # of an upload nothing has taken, since last named
UPLOAD_RENEWED = timedelta(days=1)  # a life begun within is not begun anew
DRAFTS_EVERY = 30.0  # seconds between looks for drafts whose time has come
DUPLICATE_WINDOW = timedelta(days=30)
DUPLICATES_SHOWN = 10

# Days decided on by administrators
CALENDAR_EVERY = 2.0  # seconds between looks for days another replica was told of
CALENDAR_YEARS = range(2000, 2101)  # the last whose public holidays are known
CALENDAR_DAYS_BACK = 31
CALENDAR_DAYS_BACK_RUNNING = 3 * 366  # while a case received before the day is under way
CALENDAR_DAYS_AHEAD = 2 * 366
OUTAGE_AHEAD = 7  # working days from its announcement to a planned outage (NĐ 224/2026/NĐ-CP, Điều 13)
OUTAGE_MOST = timedelta(days=31)
OUTAGES_SHOWN = 200
CALENDAR_JOURNAL = 500  # decisions shown
CALENDAR_BATCH = 500  # cases woken in one statement

# Forecasts from decided cases
FORECAST_EVERY = 5.0  # seconds between looks
FORECAST_AGE = timedelta(seconds=10)  # younger ones are not worked out again
FORECAST_REST = 200  # nor those not so many times as old as it took to work them out
FORECAST_SPAN = timedelta(days=365)  # cases received before say nothing any more
FORECAST_CASES = 20  # fewer say nothing

# Cases held against their histories
REPLAY_EVERY = 60.0  # seconds
REPLAY_CASES = 20  # at a time
REPLAY_DOCTOR = 2_000  # cases that doctor looks at, from anywhere

# Timers of cases
TIMER_EVERY = 5.0  # seconds between looks for cases whose timer ran out
CONTROL_SLIP_AFTER = timedelta(seconds=10)  # of a result in the applicant's hands
TIMER_RETRY = timedelta(minutes=10)  # after one that failed

# Events
EVENT_BYTES = MIB
RELAY_BATCH = 200
CONSUMER_BATCH = 50
MAX_ATTEMPTS = 8
RETRY_DELAY_FIRST = timedelta(seconds=0.2)
RETRY_DELAY_MAX = timedelta(minutes=5)
RELAY_POLL = 0.05  # seconds; for rows written by another process
RELAY_POLL_IDLE = 0.5  # seconds between looks at an outbox that only other processes write to, when idle
RELAY_GATHER = 0.02  # seconds; events of many requests go out in one batch, which costs a fraction of one each
RELAY_BUSY = 4  # events in a batch from which on the next one gathers longer: every consumer's batches grow with it
RELAY_GATHER_BUSY = 0.06  # seconds
RELAY_POSTPONE = timedelta(seconds=5)
CONSUMER_POLL = 0.5  # seconds
CONFIRM_TIMEOUT = 10.0  # seconds; under the database's idle-in-transaction limit
RECONNECT_DELAY_FIRST = timedelta(seconds=0.1)
RECONNECT_DELAY_MAX = timedelta(seconds=5)

# Envelopes to other agencies
ATTACHMENTS_PER_ENVELOPE = 50
ATTACHED_BYTES = (ENVELOPE_BYTES - MIB) // 4 * 3  # all attachments together before Base64; the letter has the rest
AXIS_DEADLINE = timedelta(seconds=20)
AXIS_ANSWER_BYTES = 2 * ENVELOPE_BYTES
SEND_LEASE = timedelta(minutes=1)
SEND_ATTEMPTS = 12
SEND_RETRY_FIRST = timedelta(seconds=2)
SEND_RETRY_MAX = timedelta(minutes=30)
DELIVERY_ATTEMPTS = 60  # over a day, as mail servers try
DELIVERY_RETRY_FIRST = timedelta(seconds=2)
DELIVERY_RETRY_MAX = timedelta(minutes=30)
DELIVERY_EVERY = timedelta(seconds=1)
DELIVERY_LEASE = timedelta(minutes=15)  # longer than a mail server may take for everything it answers
MAIL_DEADLINE = timedelta(seconds=20)  # for each answer of the mail server before a letter
MAIL_TAKEN_DEADLINE = timedelta(minutes=2)  # for each about a letter, which it may take and answer late
HANDOVER_LIFE = timedelta(days=180)  # in which an agency outside may answer with a result

ANSWER_TEXT = 20_000  # characters of an answer that a case is told; the whole stays in the message log
NAME_IN_ENVELOPE = TEXT_LENGTH  # codes, numbers and names in packets that come in
REASON_TEXT = 300  # of what is wrong with a packet, or what the axis says, in logs and answers
REFUSED_BYTES = 64 * KIB  # kept of a packet that was refused; its digest is of the whole
REFUSED_PER_DAY = 200  # packets of one sender, or of senders unproven, kept; further ones are counted in the log only
TAKE_IN_ATTEMPTS = 8  # of a packet we fail on; then it is turned away
TAKE_IN_RETRY_FIRST = timedelta(seconds=2)

# Payments
PAYMENT_LIFE = timedelta(minutes=15)
PAYMENT_LEFT = timedelta(minutes=3)  # of an attempt that a payer is sent back to
PAYMENT_ATTEMPTS = 20  # begun for one case within a day
PAYMENT_CLOSED_AFTER = timedelta(minutes=5)  # of its end: an attempt the provider knows nothing of then came to nothing
PAYMENT_FAILED_SHOWN = timedelta(days=7)
PAYMENT_QUERY_AFTER = timedelta(minutes=5)
PAYMENT_QUERY_EVERY = timedelta(seconds=30)
PAYMENT_QUERY_DELAY_FIRST = timedelta(minutes=1)
PAYMENT_QUERY_DELAY_MAX = timedelta(hours=1)
PAYMENT_QUERY_BATCH = 20
PAYMENT_GIVE_UP = timedelta(days=1)
RETURN_LOOKS = 6  # by itself, of the page a payer comes back to: 5, 10, 20 … seconds apart
RETURN_LOOK_FIRST = 5  # seconds
PROVIDER_DEADLINE = 10.0  # seconds
PROVIDER_ANSWER_BYTES = 64 * KIB
NOTICE_LENGTH = 8 * KIB
RETURN_URL_LENGTH = 255

# Files and papers
FILE_NAME_LENGTH = 200
FILES_PER_QUESTION = 100
STORAGE_PART_BYTES = 5 * MIB
CHECKED_AT_ONCE_BYTES = 4 * MIB  # an object no larger is held whole and checked before any of it is sent
CHECKED_VERSIONS = 10_000  # of objects, that need no reading through again
CHECKED_BY_DOCTOR = 1_000  # objects, by chance; in a smaller store all
UPLOADS_WAITING = 100  # files of one account that nothing has taken yet
UPLOADS_WAITING_BYTES = 1024 * MIB
UPLOADS_A_DAY = 2_000  # files of one account, whatever takes them
UPLOADS_A_DAY_BYTES = 5 * 1024 * MIB
UPLOADS_WORKER = 10  # times as much for a worker, who uploads for many
SCAN_DEADLINE = timedelta(seconds=60)
RESCAN_EVERY = timedelta(seconds=20)
RESCAN_BATCH = 20
ORPHAN_GRACE = timedelta(hours=24)
SWEEP_EVERY = timedelta(hours=1)
SWEEP_BATCH = 100
PAPER_LEASE = timedelta(minutes=1)
PAPER_POLL = 1.0  # seconds; orders are announced, this only catches what was missed
PAPER_QUIET = 0.2  # seconds without a new order; then papers are printed at once
PAPER_PATIENCE = timedelta(seconds=2)  # what papers wait at most for that moment
PAPER_RETRY_FIRST = timedelta(seconds=2)
PAPER_TOLD_AFTER = 3  # failures, some forty seconds, the case is told that a paper of it is not issued
PAPER_PARKED_FIRST = timedelta(minutes=15)  # a paper given up on waits as long as it has waited already, this at least
PAPER_PARKED_MAX = timedelta(hours=6)
PAPER_REOPEN_EVERY = timedelta(minutes=1)

# Each person's own store of papers
PAPERS_KEPT = 500  # that somebody put there themselves; what cases put there is not counted
PAPERS_KEPT_BYTES = 2048 * MIB
ACCESS_NOTED_ONCE_IN = timedelta(minutes=10)  # reading a file again and again, or in ranges, is one access
JUDGE_EVERY = 2.0  # seconds between looks for papers whose signature nobody has judged
JUDGE_BATCH = 20  # a turn has an end, so that a process told to stop can
JUDGE_LEASE = timedelta(minutes=2)
