Feature: A whole shift with the network cut
  Scenario: Everything is done, and afterwards two tills and the hub say the same
    Given a till in 上海南京西路店
    And 陈思雨 is a member who agreed to service and personal
    And headquarters gives 陈思雨 a coupon 减 20
    And 陈思雨 has 120 points
    And headquarters has 10 samples 精华小样 with the code 6901230099014
    And both tills have exchanged with the hub
    And a second till in 上海南京西路店
    And both tills have exchanged with the hub
    And the network is down
    When the guide enrols 许女士 with the phone 139 1688 2045 who agrees to service
    And the guide scans the product 6901230010019 and marks it bought
    And the guide finishes the visit
    And 陈思雨 is booked to come in an hour
    And the guide scans the card of 陈思雨
    And the guide scans the product 6901230010026 and marks it tried
    And the guide notes that she has 敏感肌
    And the guide takes the coupon 减 20
    And she says the end 6021 of her phone and spends 100 points
    And the guide scans the sample 6901230099014
    And the guide finishes the visit
    And the till looks for what is to be done
    And the guide reaches 陈思雨 for the first thing to be done
    And 陈思雨 takes her consent to personal back
    And the second guide serves 陈思雨 and notes 怕香精
    Then 陈思雨 has come for her appointment
    When the network is back
    And both tills have exchanged with the hub
    And both tills have exchanged with the hub
    Then nothing waits
    And both tills say the same of 陈思雨 and 许女士
    And 陈思雨 has 20 points and the coupon 减 20 is redeemed
    And 陈思雨 agrees to service at both tills and not to personal
    And the books of headquarters are right
