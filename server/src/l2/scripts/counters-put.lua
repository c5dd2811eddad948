#!lua flags=allow-oom
-- Keeps parts of counters, each in place of the last of its process and bucket.
-- Beyond `maxmemory` too, as counters are small and of a bounded number a process: while nobody collects, the oldest buckets
-- of a day go, whose counts later parts of that day have in them.
-- KEYS   the counters of each part's tenant
-- ARGV   for each its field (process epoch, space, start of the bucket in ms) and its value
-- RESULT for each 1 where its field was not there, else 0
local MANY_FIELDS, MAX_BUCKETS, DAY_MS = 64, 24, 86400000

local function shed(key, epoch)
  local own = {}
  for _, field in ipairs(redis.call('HKEYS', key)) do
    local of, start = string.match(field, '^(%S+) (%d+)$')
    if of == epoch then own[#own + 1] = { ms = tonumber(start), field = field } end
  end
  table.sort(own, function(a, b) return a.ms < b.ms end)
  for i = 1, #own - MAX_BUCKETS do
    if math.floor(own[i].ms / DAY_MS) == math.floor(own[i + 1].ms / DAY_MS) then redis.call('HDEL', key, own[i].field) end
  end
end

local added = {}
for i = 1, #KEYS do
  local key, field, value = KEYS[i], ARGV[2 * i - 1], ARGV[2 * i]
  local new = redis.pcall('HSET', key, field, value)
  if type(new) == 'table' then
    -- Under this name nothing but a hash is of ours.
    redis.call('UNLINK', key)
    new = redis.call('HSET', key, field, value)
  end
  if new == 1 and redis.call('HLEN', key) > MANY_FIELDS then shed(key, string.match(field, '^%S+')) end
  added[i] = new
end
return added
